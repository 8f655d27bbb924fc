// What shared claims cost: `claim` and `list` through each transport, against a bare `git push` and `git fetch` of the same refs
// in the same round. Wall times are medians; the ratio is the median of the pairs' ratios.
//   node bench/remote.mjs [rounds] [transport...]       SIZES=100,1000,10000 by default: claims on the remote
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { boardRepository, git } from './repositories.mjs';
import { median } from './time.mjs';

const ROUNDS_DEFAULT = 5;
const BARE_REFS = '+refs/claims/*:refs/bare/*';
const CHANGED = 3;

const [rounds = ROUNDS_DEFAULT, ...only] = process.argv.slice(2);
const sizes = (process.env.SIZES ?? '100,1000,10000').split(',').map(Number);
const program = join(import.meta.dirname, '../bin/git-claim');
const scratch = mkdtempSync(join(tmpdir(), 'git-claim-bench-'));
const home = join(scratch, 'home');
const env = { PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1', GIT_CLAIM_SESSION: 'bench' };
let fresh = 0;

try {
  mkdirSync(home);
  writeFileSync(
    join(home, '.gitconfig'),
    '[user]\n\tname = bench\n\temail = bench@example.com\n[init]\n\tdefaultBranch = main\n',
  );
  const { lackOf, serve, TRANSPORTS } = await bundled('../test/support/remotes/transports.ts');
  console.log(`${execFileSync('git', ['--version'], { encoding: 'utf8' }).trim()}, node ${process.version}, ${rounds} rounds`);
  const boards = new Map(sizes.map((size) => [size, boardRepository(join(scratch, `board-${size}`), program, env, size)]));
  for (const transport of only.length === 0 ? TRANSPORTS : only) {
    if (lackOf(transport) !== null) console.log(`left out: ${lackOf(transport)}`);
    else await measureAll(await serve({ dir: scratch, env }, transport), boards);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}

/** The servers of the tests are TypeScript. */
async function bundled(path) {
  const outfile = join(scratch, 'bundle.mjs');
  await build({ entryPoints: [join(import.meta.dirname, path)], outfile, bundle: true, platform: 'node', format: 'esm' });
  return import(pathToFileURL(outfile).href);
}

async function measureAll(remotes, boards) {
  try {
    remotes.admit({ env });
    for (const [size, board] of boards) measure(remotes, size, board);
  } finally {
    await remotes.end();
  }
}

function measure(remotes, size, board) {
  const hub = remotes.make(`hub-${size}`);
  const url = remotes.url(`hub-${size}`);
  git(board, env, ['push', '--quiet', hub, 'refs/claims/*:refs/claims/*', 'HEAD:refs/heads/main']);
  git(hub, env, ['pack-refs', '--all']);
  const first = pairs(Math.min(rounds, 3), () => {
    const [bare, ours] = [clone(url), clone(url)];
    return [timed(bare, ['git', 'fetch', '--quiet', '--no-tags', url, BARE_REFS]), timed(ours, [program, 'list'])];
  });
  const [bare, ours] = [clone(url), clone(url)];
  git(bare, env, ['fetch', '--quiet', '--no-tags', url, BARE_REFS]);
  git(ours, env, ['config', 'claim.remoteMaxAge', '0']);
  execFileSync(program, ['list'], { cwd: ours, env, stdio: 'ignore' });
  let number = size;
  const changed = pairs(rounds, () => {
    for (let n = 0; n < CHANGED; n += 1) git(hub, env, ['update-ref', `refs/claims/BENCH-${++number}`, record(hub, number)]);
    return [timed(bare, ['git', 'fetch', '--quiet', '--no-tags', url, BARE_REFS]), timed(ours, [program, 'list'])];
  });
  const alone = clone(url);
  git(alone, env, ['config', '--unset', 'claim.remote']);
  const claimed = pairs(rounds, () => {
    const ref = `refs/claims/BARE-${++number}`;
    const push = ['--atomic', '--porcelain', '--no-verify', `--force-with-lease=${ref}:`];
    return [
      timed(bare, ['git', 'push', ...push, url, `${record(bare, number)}:${ref}`]),
      timed(ours, [program, '--no-worktree', `OURS-${number}`]),
      timed(alone, [program, '--no-worktree', `OURS-${number}`]),
    ];
  });
  const row = [`${remotes.transport}`.padEnd(6), `${size}`.padStart(6)];
  console.log([...row, `claim ${claimed}`, `list, first ${first}`, `list, ${CHANGED} changed ${changed}`].join('   '));
}

function clone(url) {
  const folder = join(scratch, `clone-${++fresh}`);
  git(scratch, env, ['clone', '--quiet', url, folder]);
  git(folder, env, ['config', 'claim.remote', 'origin']);
  return folder;
}

/** Writes a record of another session, and returns its name. */
function record(folder, number) {
  const tree = git(folder, env, ['hash-object', '-t', 'tree', '-w', '--stdin']).trim();
  const at = '2026-01-02T03:04:05Z';
  const trailers = [
    ...['Git-Claim: 1', `Order: BENCH-${number}`, 'Action: claim', 'State: active', 'Generation: 1'],
    ...[`Nonce: ${(number + 2 ** 40).toString(16).padStart(32, '0')}`, 'Session: other', 'Session-Key: other', 'Host: bench'],
    ...['Lease: beat=60 stale=180 expire=300 grace=60', `Claimed-At: ${at}`, `Recorded-At: ${at}`],
  ];
  const header = `object ${tree}\ntype tree\ntag claims/BENCH-${number}\ntagger bench <bench> 1767323045 +0000\n`;
  const body = `${header}\nclaim BENCH-${number} by other\n\n${trailers.join('\n')}\n`;
  return git(folder, env, ['hash-object', '-t', 'tag', '-w', '--stdin'], body).trim();
}

/** Returns `bare -> ours (ratio)`, and what the same costs without a remote if that was measured, too. */
function pairs(count, round) {
  const measured = Array.from({ length: Number(count) }, round);
  const [bare, ours, alone] = measured[0].map((_, at) => median(measured.map((row) => row[at])).toFixed(0));
  const ratio = median(measured.map(([one, other]) => other / one)).toFixed(2);
  return `${bare} -> ${ours} ms (${ratio}x)${alone === undefined ? '' : `, ${alone} ms without a remote`}`;
}

function timed(cwd, [file, ...args]) {
  const startNs = process.hrtime.bigint();
  execFileSync(file, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  return Number(process.hrtime.bigint() - startNs) / 1e6;
}
