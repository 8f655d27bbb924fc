import type { MovedRef, PathSeen } from '../../core/guard/moved-ref.ts';
import type { PathKey } from '../../core/path.ts';
import type { WitnessedPath } from '../../core/paths/record.ts';
import { formatInstant } from '../../core/time.ts';
import type { PathChange, SurveyedPath } from '../../ports/path-registry.ts';
import type { Ports } from '../ports.ts';

/** Somebody who looked before a path claim ended remembers what it saw by then. */
const LOOK_MS = 600_000;

/**
 * Returns the path claims that something other than git-claim deleted, and remembers those that exist.
 *
 * @param asked the paths that were looked for; null for all
 */
export async function pathMoves(
  ports: Ports,
  paths: readonly SurveyedPath[],
  asked: ReadonlySet<PathKey> | null,
): Promise<MovedRef[]> {
  const known = ports.refMemory.paths();
  const { wallMs } = ports.clock.now();
  const missing = missingOf(known, paths).filter(({ key }) => asked === null || asked.has(key));
  const gone = missing.some(({ leavingSinceMs }) => leavingSinceMs === null) ? await stillMissing(ports, missing) : [];
  const over = missing.filter(({ leavingSinceMs }) => leavingSinceMs !== null && Math.abs(wallMs - leavingSinceMs) > LOOK_MS);
  const seen = paths.flatMap(({ key, reading }) =>
    reading.kind === 'record' && known.get(key)?.oid !== reading.oid ? [seenOf(key, reading)] : [],
  );
  ports.refMemory.rememberPaths(seen, [...gone, ...over]);
  const at = formatInstant(wallMs);
  return gone.map(
    ({ path, holder, order, oid }): MovedRef => ({
      ...{ order, holder, what: 'path-deleted', ref: path, from: oid, to: null, at, by: null, isInTree: false },
    }),
  );
}

function missingOf(known: ReadonlyMap<PathKey, PathSeen>, paths: readonly SurveyedPath[]): PathSeen[] {
  const current = new Set(paths.map(({ key }) => key));
  return [...known.values()].filter(({ key }) => !current.has(key));
}

/**
 * Looks again: what was claimed after the first look is missing there. Git-claim notes that a claim ends before it does so, and
 * therefore before this look could miss it.
 */
async function stillMissing(ports: Ports, missing: readonly PathSeen[]): Promise<readonly PathSeen[]> {
  const { paths } = await ports.paths.survey();
  const noted = ports.refMemory.paths();
  const before = new Map(missing.map((one) => [one.key, one]));
  return missingOf(noted, paths).filter(
    ({ key, oid, leavingSinceMs }) => leavingSinceMs === null && before.get(key)?.oid === oid,
  );
}

/** Remembers path claims that a command made. */
export function rememberPaths(ports: Ports, held: readonly WitnessedPath[]): void {
  const rows = held.map((claim) => seenOf(ports.paths.keyOf(claim.record.path), claim));
  ports.refMemory.rememberPaths(rows, []);
}

/** Notes which path claims a swap is about to end, before it does: whoever looks right afterwards must not take them for lost. */
export function noteLeaving(ports: Ports, changes: readonly PathChange[]): void {
  const leavingSinceMs = ports.clock.now().wallMs;
  const leaving = changes.flatMap(({ key, expected, record }) =>
    record === null && expected !== null ? [{ ...seenOf(key, expected), leavingSinceMs }] : [],
  );
  if (leaving.length > 0) ports.refMemory.rememberPaths(leaving, []);
}

function seenOf(key: PathKey, { oid, record: { path, holder, order } }: Pick<WitnessedPath, 'oid' | 'record'>): PathSeen {
  return { key, path, holder: holder.key, order, oid, leavingSinceMs: null };
}
