import type { ClaimRecord } from '../../../core/claim/record.ts';
import type { PathRecord } from '../../../core/paths/record.ts';
import type { Kept } from '../../../core/record/kept.ts';
import type { SharedParts } from './shared-parts.ts';

/*
 * Records as lists of values: to name the fields in each of 20,000 lines takes longer to read. Whoever changes a list raises the
 * number of the snapshot's layout.
 */

type Values = readonly unknown[];

export function valuesOfClaim(record: ClaimRecord, parts: SharedParts): Values {
  const { order, action, state, generation, worktree, branch, base, tip, paths, linear } = record;
  return [...valuesOfKept(record, parts), order, action, state, generation, worktree, branch, base, tip, paths, linear];
}

export function valuesOfPath(record: PathRecord, parts: SharedParts): Values {
  return [...valuesOfKept(record, parts), record.path, record.action, record.order];
}

function valuesOfKept(
  { nonce, holder, lease, remoteLease, challenge, takenFrom, claimedAt, recordedAt, note }: Kept,
  parts: SharedParts,
): Values {
  const places = [holder, lease, remoteLease].map((part) => parts.placeOf(part));
  return [nonce, ...places, challenge, takenFrom, claimedAt, recordedAt, note];
}

/** Whether the values are of the right types is for the caller to see. */
export function claimOfValues(values: Values, parts: SharedParts): Untyped<ClaimRecord> {
  return {
    nonce: values[0],
    holder: parts.part(values[1] as number),
    lease: parts.part(values[2] as number),
    remoteLease: parts.part(values[3] as number),
    challenge: values[4],
    takenFrom: values[5],
    claimedAt: values[6],
    recordedAt: values[7],
    note: values[8],
    order: values[9],
    action: values[10],
    state: values[11],
    generation: values[12],
    worktree: values[13],
    branch: values[14],
    base: values[15],
    tip: values[16],
    paths: values[17],
    linear: values[18],
  };
}

/** The same for a path's record. */
export function pathOfValues(values: Values, parts: SharedParts): Untyped<PathRecord> {
  return {
    nonce: values[0],
    holder: parts.part(values[1] as number),
    lease: parts.part(values[2] as number),
    remoteLease: parts.part(values[3] as number),
    challenge: values[4],
    takenFrom: values[5],
    claimedAt: values[6],
    recordedAt: values[7],
    note: values[8],
    path: values[9],
    action: values[10],
    order: values[11],
  };
}

type Untyped<Record> = { readonly [Field in keyof Record]: unknown };
