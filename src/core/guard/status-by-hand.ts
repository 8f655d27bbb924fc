import { type ClaimRecord, isLive } from '../claim/record.ts';
import type { OrderId } from '../ids.ts';
import type { Order } from '../orders/order.ts';

/** An order file with a status that no claim confirms. */
export type ByHand = {
  readonly rule: 'status';
  readonly order: OrderId;
  readonly files: readonly string[];
  readonly status: string;
};

/** What is known of an order's claim: its record (null if none can be read), and whether the session at work holds it. */
export type OwnedClaim = { readonly record: ClaimRecord | null; readonly isMine: boolean };

/**
 * Finds order files in which somebody began or ended work by hand. A holder may write what it likes, and a mirror
 * wrote a status that agrees with the record.
 *
 * @param before the same files at HEAD
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
