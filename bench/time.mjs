import { spawnSync } from 'node:child_process';

/** Runs a program to its end, and returns how long that took in milliseconds. */
export function timeMs(file, args, { cwd, env }) {
  const startNs = process.hrtime.bigint();
  const { status, stderr } = spawnSync(file, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  const tookMs = Number(process.hrtime.bigint() - startNs) / 1e6;
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ends with ${status}: ${stderr}`);
  return tookMs;
}

/** `median (minimum)` */
export function figures(ms) {
  return `${median(ms).toFixed(1).padStart(6)} (${Math.min(...ms).toFixed(1)})`;
}

export function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}
