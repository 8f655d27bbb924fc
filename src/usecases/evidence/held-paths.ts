import type { HeldPath } from '../../core/paths/held.ts';
import type { Identity } from '../../core/session/identity.ts';
import type { SurveyedPath } from '../../ports/path-registry.ts';
import type { Ports } from '../ports.ts';
import { observePaths } from './observe-paths.ts';

/**
 * Returns the path claims of other sessions. One is not live if its holder is dead, or has been silent for as long as the
 * protocol requires.
 */
export function heldPaths(ports: Ports, current: readonly SurveyedPath[], asker: Identity | null): HeldPath[] {
  return observePaths(ports, current, asker).flatMap(({ path, order, mine, session, liveness, evidence, claimedAt }) => {
    if (mine || session === null || claimedAt === null) return [];
    const isLive = liveness !== 'dead' && liveness !== 'expired';
    return [{ path, order, session, isLive, evidence, claimedAt }];
  });
}
