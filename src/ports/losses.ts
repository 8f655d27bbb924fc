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

/** What sessions lost, so that each loss is told once. A part of the cache (`cache.ts`): a loss may be told again, or never. */
export interface Losses {
  /** Records losses that their losers are to be told of. A loss that is recorded already is left as it is. */
  note(losses: readonly Loss[]): void;
  /** Returns the losses that a session was not told of, and records that it is told now. */
  takeUnreported(loser: SessionKey): Loss[];
}
