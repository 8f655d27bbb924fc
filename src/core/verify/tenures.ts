import { type ClaimRecord, isLive } from '../claim/record.ts';
import { parseInstant } from '../time.ts';

/** A time in which one session held an order, by the clocks of those who wrote its records. */
export type Tenure = {
  readonly session: string;
  readonly fromMs: number;
  /** Null while it lasts. */
  readonly untilMs: number | null;
  /** How it ended: the session ended it, or another one got the order. Null while it lasts. */
  readonly end: 'released' | 'completed' | 'abandoned' | 'taken' | null;
};

/**
 * Returns who held an order when, from its records. A challenge and its answer change nothing: the holder stays.
 *
 * @param records the newest first, as they are chained
 */
export function tenuresOf(records: readonly ClaimRecord[]): Tenure[] {
  const tenures: Tenure[] = [];
  let holder: ClaimRecord | null = null;
  for (const record of [...records].reverse()) {
    const atMs = parseInstant(record.recordedAt) ?? 0;
    const isSame: boolean = holder !== null && record.holder.key === holder.holder.key;
    if (holder !== null && (!isSame || !isLive(record))) {
      const open = tenures.at(-1) as Tenure;
      const end = isSame ? (record.state as 'released' | 'completed' | 'abandoned') : 'taken';
      tenures[tenures.length - 1] = { ...open, untilMs: atMs, end };
      holder = null;
    }
    if (!isLive(record)) continue;
    if (holder === null) tenures.push({ session: record.holder.id, fromMs: atMs, untilMs: null, end: null });
    holder = record;
  }
  return tenures;
}
