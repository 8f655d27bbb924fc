import type { Stay } from '../../core/check/facts.ts';
import type { ClaimRecord } from '../../core/claim/record.ts';
import type { ClaimView } from '../../core/claim/view.ts';
import type { Identity } from '../../core/session/identity.ts';
import { parseInstant } from '../../core/time.ts';
import type { Presence } from '../../ports/presence.ts';
import { anchorSights } from '../evidence/sights.ts';
import type { Ports } from '../ports.ts';

/** Records have whole seconds: what happened in the second of a claim may have been before it. */
const RECORDED_TO_MS = 1_000;

/** Returns when sessions other than the caller's were in a worktree, as far as they were seen there. */
export function staysSeen(ports: Ports, asker: Identity | null, path: string): Stay[] {
  const sights = anchorSights(ports);
  const isThere = (one: Presence) => one.endedAt === null && sights(one).life.kind === 'alive';
  return ports.presence
    .sessions()
    .filter(({ key, worktree }) => key !== asker?.key && worktree === path)
    .flatMap((one) => stay(one.id, one.thereSince, 0, isThere(one) ? null : one.lastSeenAt));
}

/** Returns when the holder of a live claim was in the claim's worktree; nothing for a claim that nobody can read. */
export function stayOfHolder({ session, claimedAt, liveness, heartbeatAt, activityAt }: ClaimView): Stay[] {
  if (session === null || claimedAt === null) return [];
  const lastSeenAt = [claimedAt, heartbeatAt ?? '', activityAt ?? ''].sort().at(-1) as string;
  return stay(session, claimedAt, RECORDED_TO_MS, liveness === 'live' ? null : lastSeenAt);
}

/** Returns when the holder of a claim that has ended was in the claim's worktree. */
export function stayThatEnded({ holder, claimedAt, recordedAt }: ClaimRecord): Stay[] {
  return stay(holder.id, claimedAt, RECORDED_TO_MS, recordedAt);
}

/** @param until null: the session is still there */
function stay(session: string, from: string, uncertainMs: number, until: string | null): Stay[] {
  const fromMs = parseInstant(from);
  const untilMs = until === null ? Number.POSITIVE_INFINITY : parseInstant(until);
  return fromMs === null || untilMs === null ? [] : [{ session, fromMs: fromMs + uncertainMs, untilMs }];
}
