// What it costs when everybody comes at once, beside a floor of the same shape in the same run: an empty Node and two git calls,
// of which one moves a ref if nobody has. Wall time, and the processor time of the processes, counted by the bash that starts
// them.
//   node bench/contention.mjs [rounds]     another Node: its folder first on the PATH
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ordersRepository } from './repositories.mjs';
import { figures, median } from './time.mjs';

const ROUNDS_DEFAULT = 9;
const RACERS = 50;
const WORKERS = 20;
const ORDERS = 140;

const rounds = Number(process.argv[2] ?? ROUNDS_DEFAULT);
const program = join(import.meta.dirname, '../bin/git-claim');
const scratch = mkdtempSync(join(tmpdir(), 'git-claim-bench-'));
const env = { PATH: process.env.PATH, HOME: scratch };

/** Claims an order by hand: reads its ref, and makes it if there is none. */
const byHand = (order) =>
  `node -e 0; git for-each-ref refs/claims/${order}; git update-ref refs/claims/${order} HEAD 0000000000000000000000000000000000000000`;
const claim = (order, session) => `GIT_CLAIM_SESSION=${session} '${program}' ${order} --no-worktree`;

try {
  console.log(`${rounds} rounds: median (minimum)`);
  race();
  spread();
  for (const [what, line] of [
    ['a claim', claim('ORDER-1', 'one')],
    ['a refusal', claim('ORDER-2', 'one')],
    ['status', `GIT_CLAIM_SESSION=other '${program}' status`],
    ['--version', `'${program}' --version`],
  ])
    alone(what, line);
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 10 });
}

function race() {
  const racers = (lineOf) => Array.from({ length: RACERS }, (_, at) => `(${lineOf(at)}) >'${scratch}/said.${at}' 2>&1 &`);
  const taken = pairs(
    () => together(racers(() => byHand('ORDER-1'))),
    () => {
      const result = together(racers((at) => `${claim('ORDER-1', `racer-${at}`)} && echo won`));
      const winners = execFileSync('sh', ['-c', `cat '${scratch}'/said.* | grep -c '^won$' || :`], { encoding: 'utf8' }).trim();
      if (winners !== '1') throw new Error(`${winners} winners`);
      return result;
    },
  );
  report(`${RACERS} after one order`, taken, ({ wallMs }) => wallMs, 'ms', '1.5x');
}

function spread() {
  const share = Math.floor(ORDERS / WORKERS);
  const workers = (lineOf) =>
    Array.from({ length: WORKERS }, (_, worker) => {
      const lines = Array.from({ length: share }, (__, at) => lineOf(`ORDER-${worker * share + at + 1}`, `worker-${worker}`));
      return `(${lines.join('; ')}) >/dev/null 2>&1 &`;
    });
  const taken = pairs(
    () => together(workers(byHand)),
    () => together(workers(claim)),
  );
  const perSecond = ({ wallMs }) => (WORKERS * share * 1_000) / wallMs;
  report(`${WORKERS} on ${ORDERS} orders`, taken, perSecond, 'claims a second', 'at least 0.6x');
}

/** Measures the processor time of one command, several times in a row, beside an empty Node. */
function alone(what, line) {
  const taken = pairs(
    () => together(['node -e 0']),
    () => together([`${line} >/dev/null 2>&1`], claim('ORDER-2', 'other')),
  );
  report(what, taken, ({ processorMs }) => processorMs, 'ms of processor', { 'a claim': '2.3x', 'a refusal': '2x' }[what] ?? '');
}

/** Runs floor and command by turns, each in a repository of its own, so that a busy machine slows both. */
function pairs(floor, command) {
  return Array.from({ length: rounds }, () => ({ floor: floor(), command: command() }));
}

/** Runs lines of bash to their end in a fresh repository; returns wall time and the processor time of all they started. */
function together(lines, before = ':') {
  const folder = join(scratch, 'race');
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  mkdirSync(folder);
  ordersRepository(join(folder, 'repository'), env, ORDERS);
  const cwd = join(folder, 'repository');
  spawnSync('sh', ['-c', before], { cwd, env, stdio: 'ignore' });
  const startNs = process.hrtime.bigint();
  const { stdout, status } = spawnSync('bash', ['-c', [...lines, 'wait', 'times'].join('\n')], { cwd, env, encoding: 'utf8' });
  const wallMs = Number(process.hrtime.bigint() - startNs) / 1e6;
  if (status !== 0) throw new Error(`bash ends with ${status}`);
  const [user = 0, system = 0] = stdout
    .trimEnd()
    .split('\n')
    .at(-1)
    .split(' ')
    .map((time) => secondsOf(time) * 1_000);
  return { wallMs, processorMs: user + system };
}

/** Reads a time of bash's `times`: `0m1.250s`. */
function secondsOf(time) {
  const [, minutes, seconds] = /^(\d+)m([\d.]+)s$/.exec(time);
  return Number(minutes) * 60 + Number(seconds);
}

function report(what, taken, of, unit, limit) {
  const [floor, command] = ['floor', 'command'].map((side) => taken.map((pair) => of(pair[side])));
  const ratio = median(command.map((value, at) => value / floor[at]));
  console.log(`${what.padEnd(18)} ${figures(command)} ${unit}   floor ${figures(floor)}   ${ratio.toFixed(2)}x   (${limit})`);
}
