import type { OrderId, SessionKey } from '../../core/ids.ts';
import { isOnPath, type Subject } from '../../core/liveness/observation.ts';
import type { PathKey } from '../../core/path.ts';
import type { SurveyedPath } from '../../ports/path-registry.ts';
import type { Reading } from '../../ports/registry.ts';
import type { Ports } from '../ports.ts';

/** Claims as they are now. */
export type ReadClaims = {
  readonly readings: ReadonlyMap<OrderId, Reading>;
  readonly paths: readonly SurveyedPath[];
  /** The paths that were asked for, if not all were. */
  readonly keys?: readonly PathKey[];
};

/**
 * Reads a session's claims: those that it was seen to hold, and those that the cache says it was given since. If that is not
 * certain, reads all claims (`isWhole`).
 *
 * @param watched what the session held at its helper's last beat; empty for the first one
 */
export async function readOwn(
  ports: Ports,
  key: SessionKey,
  watched: readonly Subject[],
): Promise<ReadClaims & { readonly isWhole: boolean }> {
  // Each beat leaves a row for each claim. A cache without them is a new one, and does not know what the session was given.
  const isSure = watched.length > 0 && ports.sightings.of(watched).size === new Set(watched).size;
  if (isSure) return { ...(await readSubjects(ports, [...watched, ...ports.refMemory.heldBy(key)])), isWhole: false };
  const { readings, paths } = await ports.registry.survey();
  return { readings, paths, isWhole: true };
}

/** Reads exactly these claims. */
export async function readSubjects(ports: Ports, subjects: readonly Subject[]): Promise<ReadClaims> {
  const unique = [...new Set(subjects)];
  const keys = unique.filter(isOnPath);
  const [{ readings }, { paths }] = await Promise.all([
    ports.registry.survey(unique.filter((subject): subject is OrderId => !isOnPath(subject))),
    keys.length === 0 ? { paths: [] } : ports.paths.survey(keys),
  ]);
  return { readings, paths, keys };
}
