/** Blocks this thread: for waits of a few milliseconds in code that cannot be asynchronous. */
export function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
