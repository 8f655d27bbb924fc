import type { Oid, OrderId } from '../ids.ts';
import type { Liveness } from '../liveness/liveness.ts';
import type { NotUnderstood } from '../record/witness.ts';
import { personLabel } from '../session/person.ts';
import type { State, Witnessed } from './record.ts';

/** How a claim here relates to the remote's, as for a branch. `local`: there is no remote. */
export type Sync = 'local' | 'confirmed' | 'unconfirmed' | 'diverged';

/** A claim as every command shows it: the CLAIM document of docs/json.md. Times are RFC 3339, paths absolute. */
export type ClaimView = {
  readonly order: OrderId;
  readonly title: string | null;
  /** Null for a foreign or unreadable ref. */
  readonly state: State | null;
  readonly liveness: Liveness | null;
  readonly idle: boolean;
  readonly mine: boolean;
  readonly generation: number | null;
  readonly oid: Oid | null;
  readonly session: string | null;
  readonly agent: string | null;
  /** What tells a person's terminals apart: `Ada, pts/3`. */
  readonly person: string | null;
  readonly host: string | null;
  readonly pid: number | null;
  readonly claimedAt: string | null;
  readonly heartbeatAt: string | null;
  readonly activityAt: string | null;
  readonly expiresAt: string | null;
  readonly evidence: string | null;
  readonly worktree: string | null;
  readonly branch: string | null;
  readonly base: string | null;
  readonly paths: readonly string[];
  readonly linear: string | null;
  readonly note: string | null;
  /** How it relates to the claim on the remote. */
  readonly sync: Sync;
};

/** What is seen of a claim's holder, on an order or on a path. */
export type Seen = {
  readonly mine: boolean;
  readonly verdict: Pick<ClaimView, 'liveness' | 'evidence' | 'idle'>;
  readonly times: Pick<ClaimView, 'heartbeatAt' | 'activityAt' | 'expiresAt'>;
};

/** What the record itself does not say. */
type Circumstances = Seen & Pick<ClaimView, 'title' | 'worktree' | 'sync'>;

export function viewOf({ oid, record }: Witnessed, { title, mine, worktree, verdict, times, sync }: Circumstances): ClaimView {
  const { holder } = record;
  return {
    order: record.order,
    title,
    state: record.state,
    liveness: verdict.liveness,
    idle: verdict.idle,
    mine,
    generation: record.generation,
    oid,
    session: holder.id,
    agent: holder.agent,
    person: holder.person && personLabel(holder.person),
    host: holder.host,
    pid: holder.anchor?.pid ?? null,
    claimedAt: record.claimedAt,
    heartbeatAt: times.heartbeatAt,
    activityAt: times.activityAt,
    expiresAt: times.expiresAt,
    evidence: verdict.evidence,
    worktree,
    branch: record.branch,
    base: record.base,
    paths: record.paths,
    linear: record.linear,
    note: record.note,
    sync,
  };
}

/** Shows a ref that is no record of ours. All that is known is that it exists and why it is not understood. */
export function foreignView(order: OrderId, reading: NotUnderstood): ClaimView {
  return {
    ...foreignFields(reading),
    order,
    title: null,
    state: null,
    generation: null,
    worktree: null,
    branch: null,
    base: null,
    paths: [],
    linear: null,
    note: null,
    person: null,
    sync: 'local',
  };
}

/** Returns the fields that the views of a foreign order ref and of a foreign path ref share. */
export function foreignFields(reading: NotUnderstood) {
  const oid = reading.kind === 'foreign' ? reading.oid : null;
  const holder = { session: null, agent: null, host: null, pid: null, claimedAt: null };
  return { oid, evidence: reading.why, liveness: null, idle: false, mine: false, ...holder, ...NO_TIMES } as const;
}

/** The times of a holder that nobody has seen. */
export const NO_TIMES = { heartbeatAt: null, activityAt: null, expiresAt: null } as const;
