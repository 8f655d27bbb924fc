import { foreignPathView, type PathView, pathViewOf } from '../../core/paths/view.ts';
import type { Identity } from '../../core/session/identity.ts';
import type { SurveyedPath } from '../../ports/path-registry.ts';
import type { Ports } from '../ports.ts';
import { seeing } from './observe.ts';

/** Returns path claims with the evidence that this machine has of their holders. */
export function observePaths(ports: Ports, current: readonly SurveyedPath[], asker: Identity | null): PathView[] {
  if (current.length === 0) return [];
  const seenOf = seeing(ports, asker, ports.sightings.of(current.map(({ key }) => key)));
  return current.map(({ key, reading }) =>
    reading.kind === 'record' ? pathViewOf(reading, seenOf(key, reading, true)) : foreignPathView(key, reading),
  );
}
