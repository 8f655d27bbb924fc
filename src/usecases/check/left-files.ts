import type { DirtyFile } from '../../core/check/facts.ts';
import type { Finding } from '../../core/check/finding.ts';
import { leftFinding } from '../../core/check/tree-findings.ts';
import { isLive } from '../../core/claim/record.ts';
import type { OrderId } from '../../core/ids.ts';
import type { Identity } from '../../core/session/identity.ts';
import type { Reading } from '../../ports/registry.ts';
import type { Ports } from '../ports.ts';
import { seenBefore, TREE_MS } from './trees.ts';

/**
 * Returns whether the calling session is new here. Asked before the command records its presence: a session that is known has
 * heard at its start, or at its first claim, what was left here.
 */
export function isNewHere(ports: Ports, { key }: Identity): boolean {
  return ports.presence.session(key) === null;
}

/**
 * Returns what is uncommitted in this worktree when a new session makes its first claim in it.
 *
 * @param order the first order of the claim
 */
export async function leftHereBefore(ports: Ports, asker: Identity, order: OrderId): Promise<Finding[]> {
  const { topLevel } = ports.places;
  return topLevel === null ? [] : leftIn(ports, topLevel, order, (left) => seenBefore(ports, asker, topLevel, left)?.id ?? null);
}

/** Returns what another session left uncommitted in the worktree of a claim that ended, which a new claim continues. */
export async function leftByHolder(ports: Ports, asker: Identity, path: string | null, reading: Reading): Promise<Finding[]> {
  if (path === null || reading.kind !== 'record' || isLive(reading.record)) return [];
  const { order, holder } = reading.record;
  if (holder.key === asker.key || !ports.places.isThere(path)) return [];
  return leftIn(ports, path, order, () => holder.id);
}

/** @param by returns the id of the session that left them */
async function leftIn(
  ports: Ports,
  path: string,
  order: OrderId,
  by: (left: readonly DirtyFile[]) => string | null,
): Promise<Finding[]> {
  const dirty = (await ports.worktrees.dirtyFiles(path, TREE_MS)) ?? [];
  if (dirty.length === 0) return [];
  const mirrored = await ports.orders.orderFilesAmong(dirty.map((file) => file.path));
  // If all files of a folder are new, git names the folder instead.
  const isOfOrders = (folder: string) =>
    `${ports.orders.folder}/`.startsWith(folder) || folder.startsWith(`${ports.orders.folder}/`);
  const left = dirty.filter((file) => !mirrored.has(file.path) && !(file.path.endsWith('/') && isOfOrders(file.path)));
  const tree = path === ports.places.topLevel ? null : path;
  return left.length === 0 ? [] : [leftFinding({ order, session: by(left) }, left, tree)];
}
