import type { OrderId, SessionId, SessionKey } from '../ids.ts';
import { formatInstant, parseInstant } from '../time.ts';
import type { Anchor } from './anchor.ts';
import { lifeClause } from './evidence.ts';
import type { Life } from './life.ts';
import { type Person, personLabel } from './person.ts';

/** A session as every command shows it: the SESSION document of docs/json.md. Times are RFC 3339, paths absolute. */
export type SessionView = {
  readonly session: SessionId;
  readonly key: SessionKey;
  readonly agent: string | null;
  /** What tells a person's terminals apart: `Ada, pts/3`. */
  readonly person: string | null;
  readonly host: string;
  readonly pid: number | null;
  /** `ended`: the session said so, or its helper saw the process end. `unknown`: nothing is known of its process. */
  readonly liveness: 'live' | 'dead' | 'ended' | 'unknown';
  readonly evidence: string;
  readonly mine: boolean;
  readonly startedAt: string;
  readonly lastSeenAt: string;
  readonly endedAt: string | null;
  readonly title: string | null;
  readonly linear: string | null;
  /** The worktree in which it was last seen. */
  readonly worktree: string | null;
  /** The orders it holds. */
  readonly orders: readonly OrderId[];
};

/** What was recorded of a session. */
type Noted = Pick<
  SessionView,
  'key' | 'agent' | 'host' | 'startedAt' | 'lastSeenAt' | 'endedAt' | 'title' | 'linear' | 'worktree'
> & {
  readonly id: SessionId;
  readonly anchor: Anchor | null;
  readonly person: Person | null;
};

export function sessionView(noted: Noted, life: Life, mine: boolean, orders: readonly OrderId[]): SessionView {
  const { id, key, agent, host, anchor, person, startedAt, lastSeenAt, endedAt, title, linear, worktree } = noted;
  return {
    session: id,
    key,
    agent,
    person: person && personLabel(person),
    host,
    pid: anchor?.pid ?? null,
    liveness: endedAt === null ? LIVENESS[life.kind] : 'ended',
    evidence: lifeClause(life, host, anchor?.pid ?? null),
    mine,
    startedAt: formatInstant(parseInstant(startedAt) ?? 0),
    lastSeenAt,
    endedAt,
    title,
    linear,
    worktree,
    orders,
  };
}

const LIVENESS = { alive: 'live', gone: 'dead', unknown: 'unknown' } as const;

/** How long a session of which nothing is known stays on the list: long enough to return from a meal and wonder where it went. */
const LISTED_MS = 60 * 60_000;

/** Returns whether a session belongs on the list: it may still be here, or it holds an order. */
export function isListed({ liveness, orders, lastSeenAt }: SessionView, wallMs: number): boolean {
  if (liveness === 'live' || orders.length > 0) return true;
  return liveness === 'unknown' && wallMs - (parseInstant(lastSeenAt) ?? 0) < LISTED_MS;
}
