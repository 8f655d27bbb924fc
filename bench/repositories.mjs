import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes a repository in which this session holds one order, its cache warm. */
export function claimedRepository(folder, program, env) {
  mkdirSync(folder);
  git(folder, env, ['init', '--quiet']);
  git(folder, env, ['-c', 'user.name=bench', '-c', 'user.email=bench', 'commit', '--quiet', '--allow-empty', '--message=first']);
  execFileSync(program, ['--no-worktree', 'BENCH-0'], { cwd: folder, env, stdio: 'ignore' });
  return folder;
}

/** Makes a repository with so many order files and no claim. */
export function ordersRepository(folder, env, count) {
  mkdirSync(join(folder, 'orders'), { recursive: true });
  // Git reads files again that are as young as its index, each through the filter that hides claims.
  const then = Date.now() / 1_000 - 60;
  for (let at = 1; at <= count; at += 1) {
    const file = join(folder, `orders/ORDER-${at}.md`);
    writeFileSync(file, `---\nid: ORDER-${at}\ntitle: Bench ${at}\nstatus: ready\n---\n`);
    utimesSync(file, then, then);
  }
  git(folder, env, ['init', '--quiet']);
  git(folder, env, ['add', '.']);
  git(folder, env, ['-c', 'user.name=bench', '-c', 'user.email=bench', 'commit', '--quiet', '--message=first']);
  return folder;
}

/** Makes a repository with so many packed claims of another session: one real record, repeated with other orders and nonces. */
export function boardRepository(folder, program, env, count) {
  claimedRepository(folder, program, { ...env, GIT_CLAIM_SESSION: 'other' });
  const record = git(folder, env, ['cat-file', 'tag', 'refs/claims/BENCH-0']);
  const drafts = join(folder, 'drafts');
  mkdirSync(drafts);
  const files = Array.from({ length: count - 1 }, (_, at) => {
    const file = join(drafts, `BENCH-${at + 1}`);
    const nonce = (at + 1).toString(16).padStart(32, '0');
    writeFileSync(file, record.replaceAll('BENCH-0', `BENCH-${at + 1}`).replace(/^Nonce: .*$/m, `Nonce: ${nonce}`));
    return file;
  });
  const oids = git(folder, env, ['hash-object', '-t', 'tag', '-w', '--stdin-paths'], files.join('\n')).trimEnd().split('\n');
  const refs = oids.map((oid, at) => `create refs/claims/BENCH-${at + 1} ${oid}\n`);
  git(folder, env, ['update-ref', '--stdin'], refs.join(''));
  git(folder, env, ['gc', '--quiet']);
  rmSync(drafts, { recursive: true });
  execFileSync(program, ['list'], { cwd: folder, env, stdio: 'ignore' });
  return folder;
}

/** Adds so many commits to the current branch, each with one changed file, a minute apart, the last one dated now. */
export function grownHistory(folder, env, count) {
  const branch = git(folder, env, ['symbolic-ref', 'HEAD']).trim();
  const first = Math.floor(Date.now() / 1000) - count * 60;
  const commits = Array.from({ length: count }, (_, at) => {
    const file = `src/part-${at % 40}/file-${at % 400}.txt`;
    const from = at === 0 ? `from ${branch}^0\n` : '';
    return `commit ${branch}\ncommitter bench <bench> ${first + at * 60} +0000\ndata 6\nchange\n${from}M 100644 inline ${file}\ndata ${String(at).length}\n${at}\n`;
  });
  git(folder, env, ['fast-import', '--quiet'], commits.join(''));
  git(folder, env, ['reset', '--quiet', '--hard']);
  return folder;
}

export function git(cwd, env, args, input = '') {
  return execFileSync('git', args, {
    cwd,
    env,
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}
