// What hooks add to git's own commands when they have nothing to say: ours beside husky and lefthook that do nothing, and beside
// an empty Node. All alternate in one run, so that a busy machine slows all of them.
//   node bench/hooks.mjs [rounds]
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boardRepository } from './repositories.mjs';

const ROUNDS_DEFAULT = 30;
const CLAIMS = 220;
const COMMITS = 100;

const rounds = Number(process.argv[2] ?? ROUNDS_DEFAULT);
const bin = join(import.meta.dirname, '../bin/git-claim');
const scratch = mkdtempSync(join(tmpdir(), 'git-claim-bench-'));
const env = {
  ...{ PATH: process.env.PATH, HOME: scratch, GIT_CLAIM_SESSION: 'bench', LEFTHOOK_QUIET: 'meta,summary,success' },
  ...{ GIT_AUTHOR_NAME: 'bench', GIT_AUTHOR_EMAIL: 'bench', GIT_COMMITTER_NAME: 'bench', GIT_COMMITTER_EMAIL: 'bench' },
};

try {
  main();
} catch (error) {
  console.error(error);
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}

function main() {
  const from = boardRepository(join(scratch, 'board'), bin, env, CLAIMS);
  // The board's session worked in this very worktree; ours does now.
  rmSync(join(from, '.git/claim/binding'));
  run(from, ['switch', '--quiet', '--create', 'bench-1000']);
  execFileSync(bin, ['--no-worktree', 'BENCH-1000'], { cwd: from, env, stdio: 'ignore' });
  const setups = { 'no hooks': () => {}, 'soft mode': ours('soft'), 'hard mode': ours('hard'), ...others() };
  const repositories = Object.entries(setups).map(([name, prepare]) => {
    const folder = join(scratch, name);
    cpSync(from, folder, { recursive: true });
    prepare(folder);
    run(folder, ['init', '--quiet', '--bare', `${folder}.remote`]);
    run(folder, ['remote', 'add', 'there', `${folder}.remote`]);
    return { name, folder };
  });
  const node = Array.from({ length: rounds }, () => timed(() => spawnSync('node', ['-e', '0'], { env })));
  console.log(`${rounds} rounds: median (minimum) in ms, what it adds, and that in starts of an empty Node (${figures(node)})`);
  const change = (folder) => {
    appendFileSync(join(folder, 'file'), `${Math.random()}\n`);
    run(folder, ['add', 'file']);
  };
  measure('commit', rounds, change, (folder) => run(folder, ['commit', '--quiet', '--message=change']));
  measure('checkout and back', rounds, null, (folder) => {
    run(folder, ['switch', '--quiet', '--detach']);
    run(folder, ['switch', '--quiet', 'bench-1000']);
  });
  const commit = (folder) => {
    change(folder);
    run(folder, ['-c', 'core.hooksPath=/dev/null', 'commit', '--quiet', '--message=change']);
  };
  measure('push', rounds, commit, (folder) => run(folder, ['push', '--quiet', 'there', 'bench-1000']));
  const few = Math.max(1, Math.ceil(rounds / 10));
  for (const { folder } of repositories) for (let n = 0; n < COMMITS; n += 1) commit(folder);
  const onto = (folder) => {
    const tree = run(folder, ['rev-parse', `HEAD~${COMMITS}^{tree}`]).trim();
    run(folder, [
      'branch',
      '--force',
      'onto',
      run(folder, ['commit-tree', '-m', `${Math.random()}`, '-p', `HEAD~${COMMITS}`, tree]).trim(),
    ]);
  };
  measure(`rebase of ${COMMITS} commits`, few, onto, (folder) => run(folder, ['rebase', '--quiet', 'onto']));
  const loosen = (folder) => {
    const refs = run(folder, ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/claims']).trimEnd().split('\n');
    rmSync(join(folder, '.git/packed-refs'));
    for (const [oid, ref] of refs.map((line) => line.split(' '))) writeFileSync(join(folder, '.git', ref), `${oid}\n`);
  };
  measure(`gc of ${CLAIMS} claims`, few, keepingHeads(loosen), (folder) => run(folder, ['gc', '--quiet']));

  function measure(what, times, prepare, work) {
    const taken = repositories.map(() => []);
    for (let round = 0; round < times; round += 1) {
      for (const [at, { folder }] of repositories.entries()) {
        prepare?.(folder);
        taken[at].push(timed(() => work(folder)));
      }
    }
    console.log(`\n${what}`);
    for (const [at, { name }] of repositories.entries()) {
      const added = median(taken[at].map((ms, round) => ms - taken[0][round]));
      const starts = `${added.toFixed(1).padStart(8)}  ${(added / median(node)).toFixed(2).padStart(6)}x`;
      console.log(`  ${name.padEnd(10)} ${figures(taken[at])}${at === 0 ? '' : starts}`);
    }
  }
}

function ours(mode) {
  return (folder) => execFileSync(bin, ['init', '--mode', mode], { cwd: folder, env, stdio: 'ignore' });
}

/** Both with a pre-commit hook that does nothing, as their own documentation sets them up. */
function others() {
  const packages = join(scratch, 'packages');
  mkdirSync(packages);
  writeFileSync(join(packages, 'package.json'), '{"private":true}');
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', 'husky@9', 'lefthook@2'], {
    cwd: packages,
    stdio: 'ignore',
  });
  const program = (name) => join(packages, 'node_modules/.bin', name);
  return {
    husky: (folder) => {
      execFileSync(program('husky'), { cwd: folder, env, stdio: 'ignore' });
      writeFileSync(join(folder, '.husky/pre-commit'), 'true\n');
    },
    lefthook: (folder) => {
      writeFileSync(join(folder, 'lefthook.yml'), 'pre-commit:\n  commands:\n    nothing:\n      run: "true"\n');
      cpSync(join(packages, 'node_modules'), join(folder, 'node_modules'), { recursive: true, verbatimSymlinks: true });
      execFileSync(program('lefthook'), ['install'], { cwd: folder, env, stdio: 'ignore' });
    },
  };
}

/** Takes claims out of packed-refs again, and makes branches loose on the way. */
function keepingHeads(loosen) {
  return (folder) => {
    const heads = run(folder, ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads']).trimEnd().split('\n');
    for (const [oid, ref] of heads.map((line) => line.split(' '))) writeFileSync(join(folder, '.git', ref), `${oid}\n`);
    loosen(folder);
  };
}

function run(cwd, args) {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd, env, encoding: 'utf8' });
  if (status !== 0 || /git claim/.test(stderr)) throw new Error(`git ${args.join(' ')} ends with ${status}: ${stderr}`);
  return stdout;
}

function timed(work) {
  const startNs = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - startNs) / 1e6;
}

function figures(ms) {
  return `${median(ms).toFixed(1).padStart(8)} (${Math.min(...ms).toFixed(1)})`;
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}
