// What the collision check costs on repositories of several sizes, as a multiple of an empty Node; runs are interleaved.
//   node bench/check.mjs [rounds]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boardRepository, git, grownHistory } from './repositories.mjs';

const ROUNDS_DEFAULT = 10;
const rounds = Number(process.argv[2] ?? ROUNDS_DEFAULT);
const program = join(import.meta.dirname, '../bin/git-claim');
const scratch = mkdtempSync(join(tmpdir(), 'git-claim-bench-'));
const { NODE_EXTRA_CA_CERTS: _, ...clean } = process.env;
const env = { PATH: clean.PATH, HOME: scratch, GIT_CLAIM_SESSION: 'bench' };

const SIZES = [
  { orders: 220, claims: 15, trees: 15, commits: 10_000 },
  { orders: 220, claims: 15, trees: 15, commits: 100_000 },
  { orders: 10_000, claims: 1_000, trees: 15, commits: 10_000 },
];

try {
  for (const [at, size] of SIZES.entries()) measure(repositoryOf(join(scratch, `repository-${at}`), size), size);
} finally {
  rmSync(scratch, { recursive: true });
}

function repositoryOf(folder, { orders, claims, trees, commits }) {
  boardRepository(folder, program, env, claims);
  grownHistory(folder, env, commits);
  mkdirSync(join(folder, 'orders'));
  for (let at = 0; at < orders; at += 1) {
    const text = `---\nid: BENCH-${at}\ntitle: Order ${at}\nstatus: ${at % 7 === 0 ? 'in_progress' : 'ready'}\npaths: [src/part-${at % 40}]\n---\n`;
    writeFileSync(join(folder, `orders/BENCH-${at}.md`), text);
  }
  for (let at = 0; at < trees; at += 1) {
    git(folder, env, ['worktree', 'add', '--quiet', '-b', `bench-${at}-work`, join(folder, `../${at}-of-${commits}-${orders}`)]);
    writeFileSync(join(folder, `../${at}-of-${commits}-${orders}/src/part-0/changed`), 'by somebody\n');
  }
  return folder;
}

function measure(cwd, size) {
  const commands = {
    'node -e 0': ['node', ['-e', '0']],
    check: [program, ['check']],
    'check <order>': [program, ['check', 'BENCH-3']],
  };
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, [file, args]] of Object.entries(commands)) {
      const startNs = process.hrtime.bigint();
      const { status, stderr } = spawnSync(file, args, { cwd, env, encoding: 'utf8' });
      times[name].push(Number(process.hrtime.bigint() - startNs) / 1e6);
      if (status !== 0 && status !== 5) throw new Error(`${name} ends with ${status}: ${stderr}`);
    }
  }
  const floorMs = median(times['node -e 0']);
  console.log(
    Object.entries(size)
      .map(([name, count]) => `${count} ${name}`)
      .join(', '),
  );
  for (const [name, ms] of Object.entries(times))
    console.log(`  ${name.padEnd(14)} ${median(ms).toFixed(0).padStart(5)} ms   ${(median(ms) / floorMs).toFixed(1)}x`);
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}
