// What `git-claim` costs before it does anything, beside its floor, an empty Node. Runs alternate, so that a busy machine slows
// both.
//   node bench/start.mjs [rounds] [argument...]
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROUNDS_DEFAULT = 40;

const [rounds = ROUNDS_DEFAULT, ...args] = process.argv.slice(2);
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
const contenders = {
  'node -e 0': [process.execPath, ['-e', '0']],
  'git-claim': [join(import.meta.dirname, '../bin/git-claim'), args.length > 0 ? args : ['--version']],
};

const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
for (let round = 0; round < Number(rounds); round += 1) {
  for (const [name, [program, programArgs]] of Object.entries(contenders)) {
    const startNs = process.hrtime.bigint();
    spawnSync(program, programArgs, { env, stdio: 'ignore' });
    times[name].push(Number(process.hrtime.bigint() - startNs) / 1e6);
  }
}

const floorMs = medianMs(times['node -e 0']);
for (const [name, ms] of Object.entries(times)) {
  console.log(`${name.padEnd(12)} ${medianMs(ms).toFixed(1).padStart(6)} ms   ${(medianMs(ms) / floorMs).toFixed(2)}x`);
}

function medianMs(ms) {
  return ms.toSorted((one, other) => one - other)[Math.floor(ms.length / 2)];
}
