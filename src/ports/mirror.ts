import type { Witnessed } from '../core/claim/record.ts';
import type { OrderId } from '../core/ids.ts';

/** A copy of claims for people, kept somewhere else. It is written after the claim and never read to decide one. */
export interface Mirror {
  /** Names what is owed to it. */
  readonly name: string;
  /** Tells whether there is anything to be written for the order, without starting a process. */
  concerns(order: OrderId): boolean;
  /**
   * Writes what stands; the same twice changes nothing.
   *
   * @returns whether it is done; false where it cannot be yet, as in a work tree that is still to be made
   * @throws Error with the reason when it cannot; it is tried again later
   */
  write(claim: Witnessed): Promise<boolean>;
}
