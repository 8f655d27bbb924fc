import { type ClaimView, foreignFields, type Seen } from '../claim/view.ts';
import type { ClaimPath, PathKey } from '../path.ts';
import type { NotUnderstood } from '../record/witness.ts';
import type { WitnessedPath } from './record.ts';

/** A path claim as every command shows it: the PATH document of docs/json.md. */
export type PathView = Pick<
  ClaimView,
  | 'liveness'
  | 'idle'
  | 'mine'
  | 'oid'
  | 'session'
  | 'agent'
  | 'host'
  | 'pid'
  | 'claimedAt'
  | 'heartbeatAt'
  | 'activityAt'
  | 'expiresAt'
  | 'evidence'
> & {
  readonly path: ClaimPath;
  readonly order: ClaimView['order'] | null;
  /** How long it outlives its session's silence; null for a ref that is not understood. */
  readonly ttlMs: number | null;
};

/** Shows a path claim, with what is seen of its holder. */
export function pathViewOf({ oid, record }: WitnessedPath, { mine, verdict, times }: Seen): PathView {
  const { path, order, holder, lease, claimedAt } = record;
  return {
    path,
    order,
    ...verdict,
    mine,
    oid,
    session: holder.id,
    agent: holder.agent,
    host: holder.host,
    pid: holder.anchor?.pid ?? null,
    claimedAt,
    ...times,
    ttlMs: lease.expireMs,
  };
}

/** Shows a ref that is no record of ours. */
export function foreignPathView(key: PathKey, reading: NotUnderstood): PathView {
  return { ...foreignFields(reading), path: key.slice(1) as ClaimPath, order: null, ttlMs: null };
}
