import { type ClaimRecord, isLive } from '../claim/record.ts';
import type { OrderId } from '../ids.ts';
import type { Order } from '../orders/order.ts';

/** An order file that says what no claim does. */
export type ByHand = {
  readonly rule: 'status';
  readonly order: OrderId;
  readonly files: readonly string[];
  readonly status: string;
};

/** What is known of an order's claim: its record, null where there is none that can be read, and whether the session at work holds it. */
export type OwnedClaim = { readonly record: ClaimRecord | null; readonly isMine: boolean };

/**
 * Finds order files in which work was begun or ended by hand. A holder may write what it likes, and a value that agrees with the record is a mirror's.
 *
 * @param before the same files as HEAD has them
 */
export function findByHand(
  staged: readonly Order[],
  before: readonly Order[],
  claimOf: (order: OrderId) => OwnedClaim,
): readonly ByHand[] {
  return staged.flatMap(({ id, file, status, statusWord }): ByHand[] => {
    if (status !== 'in_progress' && status !== 'complete') return [];
    if (before.some((one) => one.file === file && one.status === status)) return [];
    const { record, isMine } = claimOf(id);
    const isHeld = record !== null && isLive(record);
    const agrees = status === 'complete' ? record?.state === 'completed' : isHeld;
    return agrees || (isHeld && isMine) ? [] : [{ rule: 'status', order: id, files: [file], status: statusWord ?? status }];
  });
}
