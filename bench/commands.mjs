// What the common commands cost beside their floors in the same run: an empty Node, then from sh the same git calls that the
// command makes.
//   node bench/commands.mjs [rounds]     another Node: its folder first on the PATH
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callsOf, floorOf } from './floor.mjs';
import { boardRepository, claimedRepository } from './repositories.mjs';
import { figures, median, timeMs } from './time.mjs';

const ROUNDS_DEFAULT = 40;
const ORDERS = 10_000;

const rounds = Number(process.argv[2] ?? ROUNDS_DEFAULT);
const program = join(import.meta.dirname, '../bin/git-claim');
const scratch = mkdtempSync(join(tmpdir(), 'git-claim-bench-'));
const env = { PATH: process.env.PATH, HOME: scratch, GIT_CLAIM_SESSION: 'bench' };
const isListing = (args) => args.includes('for-each-ref');

try {
  console.log(
    `node ${execFileSync('node', ['--version'], { env, encoding: 'utf8' }).trim()}, ${rounds} rounds: median (minimum) in ms`,
  );
  // A session that holds an order without a helper also gives signs of life, at the cost of one more git process.
  const others = claimedRepository(join(scratch, 'others'), program, { ...env, GIT_CLAIM_SESSION: 'other' });
  measure({ words: ['--no-worktree', 'B-1'], from: others, isInFloor: () => true, limit: '2.0x, 7 git' });
  const small = claimedRepository(join(scratch, 'small'), program, env);
  measure({ words: ['status'], from: small, isInFloor: () => false, limit: '1.6x, 2 git' });
  const large = boardRepository(join(scratch, 'large'), program, env, ORDERS);
  measure({ words: ['list'], from: large, isInFloor: isListing, limit: '2.0x' });
} finally {
  rmSync(scratch, { recursive: true });
}

/** Runs command and floor by turns, so that a busy machine slows both; each claim starts from the same repository. */
function measure({ words, from, isInFloor, limit }) {
  const repository = join(scratch, 'run');
  const renew = () => {
    if (!words.includes('--no-worktree')) return from;
    rmSync(repository, { recursive: true, force: true });
    cpSync(from, repository, { recursive: true });
    return repository;
  };
  const calls = callsOf(program, words, { cwd: renew(), env, scratch });
  const floor = floorOf(calls.filter(({ args }) => isInFloor(args)));
  const times = { floor: [], command: [] };
  for (let round = 0; round < rounds; round += 1) {
    times.floor.push(timeMs('sh', ['-c', floor], { cwd: renew(), env }));
    times.command.push(timeMs(program, words, { cwd: renew(), env }));
  }
  const ratio = median(times.command.map((ms, round) => ms / times.floor[round]));
  console.log(
    `${words.join(' ').padEnd(18)}  ${figures(times.command)}   floor ${figures(times.floor)}   ${ratio.toFixed(2)}x, ${calls.length} git   (at most ${limit})`,
  );
}
