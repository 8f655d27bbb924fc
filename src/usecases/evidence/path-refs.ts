import type { MovedRef, PathSeen } from '../../core/guard/moved-ref.ts';
import type { PathKey } from '../../core/path.ts';
import type { WitnessedPath } from '../../core/paths/record.ts';
import { formatInstant } from '../../core/time.ts';
import type { PathChange, SurveyedPath } from '../../ports/path-registry.ts';
import type { Ports } from '../ports.ts';

/**
 * Returns the path claims that something other than git-claim deleted, and remembers those that exist.
 *
 * @param asked the paths that were looked for; null for all
 */
export function pathMoves(ports: Ports, paths: readonly SurveyedPath[], asked: ReadonlySet<PathKey> | null): MovedRef[] {
  const known = ports.refMemory.paths();
  const current = new Set(paths.map(({ key }) => key));
  const gone = [...known.values()].filter(({ key }) => !current.has(key) && (asked === null || asked.has(key)));
  const seen = paths.flatMap(({ key, reading }) => {
    const last = known.get(key);
    return reading.kind === 'record' && last?.oid !== reading.oid ? [seenOf(key, reading)] : [];
  });
  ports.refMemory.rememberPaths(
    seen,
    gone.map(({ key }) => key),
  );
  const at = formatInstant(ports.clock.now().wallMs);
  return gone.flatMap(({ isLeaving, path, holder, order, oid }): MovedRef[] => {
    if (isLeaving) return [];
    return [{ order, holder, what: 'path-deleted', ref: path, from: oid, to: null, at, by: null, isInTree: false }];
  });
}

/** Remembers path claims that a command made. */
export function rememberPaths(ports: Ports, held: readonly WitnessedPath[]): void {
  const rows = held.map((claim) => seenOf(ports.paths.keyOf(claim.record.path), claim));
  ports.refMemory.rememberPaths(rows, []);
}

/** Notes which path claims a swap is about to end, before it does: whoever looks right afterwards must not take them for lost. */
export function noteLeaving(ports: Ports, changes: readonly PathChange[]): void {
  const leaving = changes.flatMap(({ key, expected, record }) =>
    record === null && expected !== null ? [{ ...seenOf(key, expected), isLeaving: true }] : [],
  );
  if (leaving.length > 0) ports.refMemory.rememberPaths(leaving, []);
}

function seenOf(key: PathKey, { oid, record: { path, holder, order } }: Pick<WitnessedPath, 'oid' | 'record'>): PathSeen {
  return { key, path, holder: holder.key, order, oid, isLeaving: false };
}
