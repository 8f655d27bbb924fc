// What commands cost on boards of several sizes, as multiples of their floor in the same run: an empty Node, for `list` followed
// by a bare `git for-each-ref refs/claims`. Wall and processor time are medians of the ratios of pairs; memory is Node's peak.
//   node bench/read-once.mjs [rounds] [size...]            a size is a number of orders, or `years`
//   PROGRAM=<bin/git-claim of another checkout> node bench/read-once.mjs ...
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { median } from './time.mjs';
import { AFTER_YEARS, sizeOf, yearsRepository } from './years.mjs';

const ROUNDS_DEFAULT = 15;
const SIZES_DEFAULT = ['100', '1000', '10000', '50000', 'years'];
/** Settings with which there are no order files. */
const NO_FILES = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'claim.orders', GIT_CONFIG_VALUE_0: 'none/*.md' };

const [rounds = ROUNDS_DEFAULT, ...sizes] = process.argv.slice(2);
const program = process.env.PROGRAM ?? join(import.meta.dirname, '../bin/git-claim');
const scratch = mkdtempSync(join(tmpdir(), 'git-claim-bench-'));
const { GIT_CLAIM_SESSION: _, NODE_EXTRA_CA_CERTS: __, ...clean } = process.env;
const env = { PATH: clean.PATH, HOME: scratch, GIT_CLAIM_SESSION: 'bench' };

try {
  console.log(`${execFileSync('git', ['--version'], { encoding: 'utf8' }).trim()}, node ${process.version}, ${rounds} rounds`);
  for (const size of sizes.length === 0 ? SIZES_DEFAULT : sizes) measure(size);
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}

function measure(name) {
  const size = name === 'years' ? AFTER_YEARS : sizeOf(Number(name));
  const cwd = yearsRepository(join(scratch, name), program, env, size);
  // Until then every file is read each time.
  execFileSync('sleep', ['3']);
  const { ended, live, files } = size;
  console.log(`${ended} ended claims, ${live} live ones, ${files} order files`);
  let number = ended + live;
  const free = () => {
    number += 1;
    return `BENCH-${number}`;
  };
  const commands = [
    { words: () => ['list'], title: 'list, no files', more: NO_FILES, floor: 'refs' },
    { words: () => ['list'], floor: 'refs' },
    { words: () => ['list'], title: 'list, no snapshot', floor: 'refs', isCold: true },
    ...['next', 'check', 'session start', 'status'].map((command) => ({ words: () => command.split(' '), title: command })),
    { words: () => ['--no-worktree', free()], title: 'claim' },
  ];
  for (const { words, title = 'list', more = {}, floor = 'node', isCold = false } of commands) {
    const lines = { node: ['node', '-e', '0'], refs: ['sh', '-c', 'node -e 0; git for-each-ref refs/claims'] };
    const pairs = Array.from({ length: Number(rounds) }, () => {
      if (isCold) for (const file of ['records', 'orders']) rmSync(join(cwd, `.git/claim/${file}.read`), { force: true });
      return [timed(cwd, lines[floor], more), timed(cwd, [program, ...words()], more)];
    });
    const ratio = (kind) => `${median(pairs.map(([one, other]) => other[kind] / one[kind])).toFixed(2)}x`.padStart(7);
    const ms = median(pairs.map(([, { cpuMs }]) => cpuMs))
      .toFixed(0)
      .padStart(5);
    const memory = `${(peakKb(cwd, words(), more) / 1024).toFixed(0)} MB`.padStart(7);
    console.log(`  ${title.padEnd(18)} wall ${ratio('wallMs')}   processor ${ratio('cpuMs')} ${ms} ms   memory ${memory}`);
  }
}

/** Bash tells the processor time of a program and of all that it started. */
function timed(cwd, line, more) {
  const script = 'TIMEFORMAT="%R %U %S"; { time "$@" >/dev/null 2>&1; } 2>&1';
  const said = execFileSync('bash', ['-c', script, 'bash', ...line], { cwd, env: { ...env, ...more }, encoding: 'utf8' });
  const [wall, user, system] = said.trim().split(' ').map(Number);
  return { wallMs: wall * 1000, cpuMs: (user + system) * 1000 };
}

/** By way of a shell: a program's peak begins at that of the one which starts it. */
function peakKb(cwd, words, more) {
  const [probe, peak] = [join(scratch, 'peak.cjs'), join(scratch, 'peak')];
  const exit = `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(peak)}, String(process.resourceUsage().maxRSS)))`;
  writeFileSync(probe, exit);
  const start = join(dirname(program), 'start.cjs');
  execFileSync('sh', ['-c', '"$@"; exit', 'sh', 'node', '-r', probe, start, '', ...words], {
    cwd,
    env: { ...env, ...more },
    stdio: 'ignore',
  });
  return Number(readFileSync(peak, 'utf8'));
}
