import type { Stay } from '../../core/check/facts.ts';
import type { Finding } from '../../core/check/finding.ts';
import { leftFindings } from '../../core/check/tree-findings.ts';
import { isLive } from '../../core/claim/record.ts';
import type { OrderId } from '../../core/ids.ts';
import type { Identity } from '../../core/session/identity.ts';
import { formatInstant, parseInstant } from '../../core/time.ts';
import type { Reading } from '../../ports/registry.ts';
import { worksElsewhere } from '../caller/tree.ts';
import type { Ports } from '../ports.ts';
import { staysSeen, stayThatEnded } from './stays.ts';
import { TREE_MS } from './trees.ts';

/**
 * Returns the instant before which files are not the calling session's own, in milliseconds since the epoch, if it has not
 * claimed anything yet; null if it has. Asked before the command records the session's presence.
 */
export function beforeFirstClaim(ports: Ports, { key }: Identity): number | null {
  const own = ports.presence.session(key);
  if (own === null) return ports.clock.now().wallMs;
  if (ports.refMemory.heldBy(key).length > 0) return null;
  const startedMs = parseInstant(own.startedAt) ?? ports.clock.now().wallMs;
  const since = formatInstant(startedMs);
  const claims = ports.events.read({ kinds: ['claim', 'reopen', 'take'], since, limit: CLAIMS_MAX });
  return claims.some(({ sessionKey }) => sessionKey === key) ? null : startedMs;
}

/** Of all sessions, since this one began. Beyond, it hears once more of what it has heard. */
const CLAIMS_MAX = 200;

/**
 * Returns what was left uncommitted in this worktree before a session that makes its first claim.
 *
 * @param order the first order of the claim
 */
export async function leftHereBefore(ports: Ports, asker: Identity, order: OrderId, beforeMs: number): Promise<Finding[]> {
  const { topLevel } = ports.places;
  if (topLevel === null) return [];
  return leftIn(ports, topLevel, order, () => staysSeen(ports, asker, topLevel), beforeMs);
}

/**
 * Returns what was left uncommitted in a worktree that a new claim continues in: by another session whose claim has ended, or by
 * anybody before this session began, where the worktree is older than any claim.
 */
export async function leftInTree(
  ports: Ports,
  asker: Identity,
  order: OrderId,
  path: string | null,
  reading: Reading | undefined,
): Promise<Finding[]> {
  const { places, presence } = ports;
  if (path === null || !places.isThere(path)) return [];
  if (reading?.kind === 'record') {
    if (isLive(reading.record) || reading.record.holder.key === asker.key) return [];
    // A session of another clone was never in a folder here.
    const ended = worksElsewhere(ports, reading.record.holder) ? [] : stayThatEnded(reading.record);
    return leftIn(ports, path, order, () => [...ended, ...staysSeen(ports, asker, path)]);
  }
  if (reading?.kind !== 'absent' || path === places.topLevel) return [];
  const beganMs = parseInstant(presence.session(asker.key)?.startedAt ?? '') ?? undefined;
  return leftIn(ports, path, order, () => staysSeen(ports, asker, path), beganMs);
}

/**
 * @param stays returns when other sessions were there
 * @param beforeMs files that changed later are passed over
 */
async function leftIn(
  ports: Ports,
  path: string,
  order: OrderId,
  stays: () => readonly Stay[],
  beforeMs = Number.POSITIVE_INFINITY,
): Promise<Finding[]> {
  const found = (await ports.worktrees.dirtyFiles(path, TREE_MS)) ?? [];
  const dirty = found.filter(({ modifiedMs }) => (modifiedMs ?? 0) < beforeMs);
  if (dirty.length === 0) return [];
  const mirrored = await ports.orders.orderFilesAmong(dirty.map((file) => file.path));
  // If all files of a folder are new, git names the folder instead.
  const isOfOrders = (folder: string) =>
    `${ports.orders.folder}/`.startsWith(folder) || folder.startsWith(`${ports.orders.folder}/`);
  const left = dirty.filter((file) => !mirrored.has(file.path) && !(file.path.endsWith('/') && isOfOrders(file.path)));
  const tree = path === ports.places.topLevel ? null : path;
  return left.length === 0 ? [] : leftFindings(order, left, stays(), tree);
}
