import type { Witnessed } from '../core/claim/record.ts';
import type { OrderId } from '../core/ids.ts';

/** A copy of claims for people, kept elsewhere. It is written after the claim, and no decision reads it. */
export interface Mirror {
  /** The name of its pending writes in the outbox. */
  readonly name: string;
  /** Tells, without starting a process, whether the mirror has anything to write for the order. */
  concerns(order: OrderId): boolean;
  /**
   * Writes the current state of the claim; writing it twice changes nothing.
   *
   * @returns whether it was written; false where that is not possible yet, as in a worktree still to be made
   * @throws Error with the reason; it is tried again later
   */
  write(claim: Witnessed): Promise<boolean>;
}
