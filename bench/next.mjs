// What `next` costs in a repository of the expected size and in a much larger one, as multiples of an empty Node in the same run.
//   node bench/next.mjs [rounds]     another Node: its folder first on the PATH
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boardRepository, grownHistory } from './repositories.mjs';
import { figures, median, timeMs } from './time.mjs';

const ROUNDS_DEFAULT = 15;
const SIZES = [
  { orders: 220, claims: 15, worktrees: 15, commits: 10_000 },
  { orders: 10_000, claims: 1_000, worktrees: 15, commits: 10_000 },
  { orders: 220, claims: 15, worktrees: 15, commits: 100_000 },
];

const rounds = Number(process.argv[2] ?? ROUNDS_DEFAULT);
const program = join(import.meta.dirname, '../bin/git-claim');
const scratch = mkdtempSync(join(tmpdir(), 'git-claim-bench-'));
const env = { PATH: process.env.PATH, HOME: scratch, GIT_CLAIM_SESSION: 'bench' };

try {
  for (const [at, size] of SIZES.entries()) measure(size, join(scratch, String(at)));
} finally {
  rmSync(scratch, { recursive: true });
}

function measure({ orders, claims, worktrees, commits }, folder) {
  boardRepository(folder, program, env, claims);
  grownHistory(folder, env, commits);
  for (let n = 0; n < worktrees; n += 1)
    git(folder, ['worktree', 'add', '--quiet', '-b', `bench-${n}`, `${folder}-${n}`, `HEAD~${n}`]);
  mkdirSync(join(folder, 'orders'));
  for (let n = 0; n < orders; n += 1) writeFileSync(join(folder, 'orders', `BENCH-${n}-some-work.md`), orderText(n));
  const times = { node: [], next: [] };
  for (let round = 0; round < rounds; round += 1) {
    times.node.push(timeMs('node', ['-e', '0'], { cwd: folder, env }));
    times.next.push(timeMs(program, ['next'], { cwd: folder, env }));
  }
  const ratio = median(times.next.map((ms, round) => ms / times.node[round]));
  const what = `${orders} orders, ${claims} claims, ${worktrees} worktrees, ${commits} commits`;
  console.log(`${what}: next ${figures(times.next)} ms   node -e 0 ${figures(times.node)} ms   ${ratio.toFixed(1)}x`);
}

/** Orders as people write them: most are done, some wait for others. */
function orderText(n) {
  const status = n % 10 < 6 ? 'complete' : n % 10 === 6 ? 'draft' : 'ready';
  const dependsOn = n % 3 === 0 && n > 10 ? `[BENCH-${n - 10}]` : '[]';
  return `---\nid: BENCH-${n}\ntitle: Some work to be done, number ${n}\nstatus: ${status}\npriority: ${1 + (n % 4)}\nlabels: [web, importer]\ndepends_on: ${dependsOn}\ncreated: 2026-0${1 + (n % 9)}-11\npaths:\n  - src/part-${n % 40}/**\n---\n\n## Description\n\n${'What is to be done, and why. '.repeat(40)}\n`;
}

function git(cwd, args) {
  return execFileSync('git', args, { cwd, env, encoding: 'utf8' });
}
