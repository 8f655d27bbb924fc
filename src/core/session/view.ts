import type { OrderId, SessionId, SessionKey } from '../ids.ts';
import { parseInstant } from '../time.ts';
import type { Anchor } from './anchor.ts';
import type { Life } from './life.ts';
import { lifeClause } from './life.ts';

/** A session as every command shows it: the SESSION document of docs/json.md. Times are RFC 3339, paths absolute. */
export type SessionView = {
  readonly session: SessionId;
  readonly key: SessionKey;
  readonly agent: string | null;
  readonly host: string;
  readonly pid: number | null;
  /** `ended`: it said so, or its helper saw its process end. `unknown`: nothing is known of its process. */
  readonly liveness: 'live' | 'dead' | 'ended' | 'unknown';
  readonly evidence: string;
  readonly mine: boolean;
  readonly startedAt: string;
  readonly lastSeenAt: string;
  readonly endedAt: string | null;
  readonly title: string | null;
  readonly linear: string | null;
  /** The work tree it was last seen in. */
  readonly worktree: string | null;
  /** What it holds. */
  readonly orders: readonly OrderId[];
};

/** What was noted of a session. */
type Noted = Pick<
  SessionView,
  'key' | 'agent' | 'host' | 'startedAt' | 'lastSeenAt' | 'endedAt' | 'title' | 'linear' | 'worktree'
> & {
  readonly id: SessionId;
  readonly anchor: Anchor | null;
};

export function sessionView(noted: Noted, life: Life, mine: boolean, orders: readonly OrderId[]): SessionView {
  const { id, key, agent, host, anchor, startedAt, lastSeenAt, endedAt, title, linear, worktree } = noted;
  return {
    session: id,
    key,
    agent,
    host,
    pid: anchor?.pid ?? null,
    liveness: endedAt === null ? LIVENESS[life.kind] : 'ended',
    evidence: lifeClause(life, host, anchor?.pid ?? null),
    mine,
    startedAt,
    lastSeenAt,
    endedAt,
    title,
    linear,
    worktree,
    orders,
  };
}

const LIVENESS = { alive: 'live', gone: 'dead', unknown: 'unknown' } as const;

/** How long a session that is gone, or of which nothing is known, is still listed: as long as somebody may come back from a meal and wonder where it went. */
const LISTED_MS = 60 * 60_000;

/** Tells whether a session belongs on the list: it lives, it holds something, or it was here a while ago. */
export function isListed({ liveness, orders, lastSeenAt, endedAt }: SessionView, wallMs: number): boolean {
  if (liveness === 'live' || orders.length > 0) return true;
  return wallMs - (parseInstant(endedAt ?? lastSeenAt) ?? 0) < LISTED_MS;
}
