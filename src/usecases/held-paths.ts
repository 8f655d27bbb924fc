import type { HeldPath } from '../core/check/facts.ts';
import type { Identity } from '../core/session/identity.ts';
import { sightOf } from '../core/session/life.ts';
import { relate } from '../core/session/relation.ts';
import type { StandingPath } from '../ports/path-registry.ts';
import { isMine } from './observe.ts';
import type { Ports } from './ports.ts';

/** Returns the path claims of other sessions. One whose holder is gone, or was asked to answer, stands in nobody's way for long. */
export function heldPaths(ports: Ports, standing: readonly StandingPath[], asker: Identity | null): HeldPath[] {
  return standing.flatMap(({ reading }) => {
    if (reading.kind !== 'record') return [];
    const { path, order, holder, challenge, claimedAt } = reading.record;
    const sight = sightOf(holder, ports.processes);
    if (asker !== null && isMine(relate(holder, asker, sight))) return [];
    const isGone = sight.life.kind === 'gone';
    const evidence = isGone ? 'its process has ended' : challenge !== null ? 'its silent holder was asked to answer' : 'live';
    return [{ path, order, session: holder.id, isLive: !isGone && challenge === null, evidence, claimedAt }];
  });
}
