import { appendFileSync } from 'node:fs';

const TRACE_FILE = process.env['GIT_CLAIM_TRACE_STEPS'];
const CRASH_AT = parseCrash(process.env['GIT_CLAIM_CRASH_AT']);
let passes = 0;

/**
 * Marks a point between two effects, so that a test can list these points and end the process at each of
 * them. `GIT_CLAIM_TRACE_STEPS` names a file that gets every label. `GIT_CLAIM_CRASH_AT=<label>#<n>` kills
 * this process at the n-th pass (default 1).
 */
export function step(label: string): void {
  if (TRACE_FILE !== undefined) appendFileSync(TRACE_FILE, `${label}\n`);
  if (CRASH_AT?.label === label && ++passes === CRASH_AT.pass) die();
}

function parseCrash(text: string | undefined): { label: string; pass: number } | null {
  const match = /^(.+?)(?:#([1-9][0-9]{0,8}))?$/.exec(text ?? '');
  return match === null ? null : { label: match[1] as string, pass: Number(match[2] ?? 1) };
}

/** The signal may arrive a moment later, and nothing more may happen until then. */
function die(): never {
  process.kill(process.pid, 'SIGKILL');
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
