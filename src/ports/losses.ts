import type { OrderId, SessionId, SessionKey } from '../core/ids.ts';

/** A claim that was taken from a session. */
export type Loss = {
  readonly loser: SessionKey;
  readonly order: OrderId;
  /** The generation of the claim that replaced it. */
  readonly generation: number;
  readonly taker: SessionId;
  /** RFC 3339. */
  readonly at: string;
  readonly reason: string | null;
};

/** What sessions lost, to report each loss once. A part of the cache (`cache.ts`): a loss may be reported again, or never. */
export interface Losses {
  /** Records losses that have to be reported. One that is recorded already stays as it is. */
  note(losses: readonly Loss[]): void;
  /** Returns the losses that were not reported to a session yet, and records that they are now. */
  takeUnreported(loser: SessionKey): Loss[];
}
