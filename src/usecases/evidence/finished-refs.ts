import type { Witnessed } from '../../core/claim/record.ts';
import { doneRef } from '../../core/claim/refs.ts';
import { ClaimError } from '../../core/errors.ts';
import type { LastSeen, MovedRef } from '../../core/guard/moved-ref.ts';
import type { Oid } from '../../core/ids.ts';
import type { Ports } from '../ports.ts';
import { isOfRebase, when } from './moved-branches.ts';

/** Returns where the refs of a completed order are whose work waits to be merged; null if none does. */
export function finishedOf(ports: Ports, { oid, record }: Pick<Witnessed, 'oid' | 'record'>): LastSeen | null {
  const { order, branch, holder, state } = record;
  const done = state === 'completed' ? ports.guardedRefs.kept(order) : null;
  if (done === null || done === undefined) return null;
  const tip = branch === null ? null : (ports.guardedRefs.tip(branch) ?? null);
  return { order, oid, holder: holder.key, branch, tip, noted: null, isGone: false, pushed: null, done };
}

/**
 * Returns how the refs of a completed order moved away from its finished work, and where they are now; null for an order of which
 * nothing waits any more. A rebase, and commits on top, take nothing away. The ref that keeps the work is put back.
 */
export async function finishedMoves(
  ports: Ports,
  last: LastSeen,
  claim: Pick<Witnessed, 'oid' | 'record'>,
): Promise<{ readonly told: readonly MovedRef[]; readonly now: LastSeen | null }> {
  const present = finishedOf(ports, claim);
  const { order, done } = last;
  if (done === null || claim.record.state !== 'completed') return { told: [], now: present };
  const { branch } = claim.record;
  const tip = branch === null ? null : ports.guardedRefs.tip(branch);
  const isMoved = branch !== null && branch === last.branch && last.tip !== null && tip !== undefined && tip !== last.tip;
  if (present?.done === done && !isMoved) return { told: [], now: { ...present, tip: last.tip ?? present.tip } };
  if (await isMerged(ports, done)) return { told: [], now: null };
  const told: MovedRef[] = [];
  const common = { order, holder: last.holder, isInTree: false };
  if (present?.done !== done) {
    const to = present?.done ?? null;
    if (to === null) await ports.finished.keep(order, done);
    told.push({ ...common, what: 'done-deleted', ref: doneRef(order), from: done, to, ...when(ports, null) });
  }
  const step = branch === null ? null : (ports.guardedRefs.steps(`refs/heads/${branch}`).at(-1) ?? null);
  const isRebased = tip !== null && step !== null && isOfRebase(step);
  if (isMoved && !isRebased && !(tip !== null && (await ports.branches.contains(tip, done)))) {
    const what = tip === null ? 'finished-deleted' : 'finished-moved';
    told.push({ ...common, what, ref: branch, from: last.tip, to: tip, ...when(ports, tip === null ? null : step) });
  }
  return { told, now: { ...last, oid: claim.oid, tip: tip ?? null, done: present?.done ?? done } };
}

/** If git cannot tell, nothing is taken for merged. */
async function isMerged(ports: Ports, done: Oid): Promise<boolean> {
  try {
    return (await ports.branches.unmerged([done])).size === 0;
  } catch (error) {
    if (error instanceof ClaimError) return false;
    throw error;
  }
}
