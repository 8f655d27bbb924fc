import type { CloneId } from '../../core/ids.ts';
import type { Kept } from '../../core/record/kept.ts';
import { remoteLeaseOf } from '../../core/record/lease.ts';
import type { Ports } from '../ports.ts';
import type { Composed } from './compose-changes.ts';

/**
 * Returns the records that a session is about to write as they have to be where clones share them: each names this clone, and how
 * long others believe it. A challenge, which another session writes for the holder, is not composed here.
 */
export function signShared(ports: Ports, composed: Composed): Composed {
  const clone = ports.shared?.clone ?? null;
  if (clone === null) return composed;
  const { changes, paths } = composed;
  return {
    changes: changes.map((one) => ({ ...one, record: one.record && signed(ports, one.record, clone) })),
    paths: paths.map((one) => ({ ...one, record: one.record && signed(ports, one.record, clone) })),
  };
}

function signed<Record extends Kept>(ports: Ports, record: Record, clone: CloneId): Record {
  const remoteLease = remoteLeaseOf(record.lease, ports.settings.remoteLease);
  return { ...record, holder: { ...record.holder, clone }, remoteLease };
}

/** Returns whether a record does not say of which clone its holder is, although clones share it: others cannot tell who beats. */
export function isUnsigned({ shared }: Ports, { clone }: Kept['holder']): boolean {
  return clone === null && shared !== null && shared.clone !== null && !shared.isOffline;
}
