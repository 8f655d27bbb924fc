/** One instant on two clocks. Only the monotonic one decides anything, and only against another reading of the same boot. */
export type Moment = {
  /** The kernel's boot id, or null where the system tells none; readings of different boots are not comparable. */
  readonly boot: string | null;
  /** Milliseconds on the boot's monotonic clock, which stands still while the machine sleeps. */
  readonly monoMs: number;
  /** Milliseconds since the epoch, for display. */
  readonly wallMs: number;
};

export interface Clock {
  now(): Moment;
}
