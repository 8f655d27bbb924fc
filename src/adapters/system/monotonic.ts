/** Returns milliseconds on a clock that never jumps. `performance` returns the same, but takes half a millisecond to load. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / NANOSECONDS_PER_MS);
}

const NANOSECONDS_PER_MS = 1_000_000n;

/** Blocks this thread: for waits of a few milliseconds in code that cannot be asynchronous. */
export function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
