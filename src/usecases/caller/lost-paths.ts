import { currentIn } from '../../core/claim/board.ts';
import type { OrderId } from '../../core/ids.ts';
import { holderIn } from '../../core/record/witness.ts';
import type { Identity } from '../../core/session/identity.ts';
import type { SurveyedPath } from '../../ports/path-registry.ts';
import type { Reading } from '../../ports/registry.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';

/** Returns warnings of the paths that other sessions took from the caller. */
export function lostPaths(
  ports: Ports,
  readings: ReadonlyMap<OrderId, Reading>,
  paths: readonly SurveyedPath[],
  asker: Identity | null,
): Warning[] {
  if (asker === null) return [];
  const current = new Map(paths.map(({ key, reading }) => [key, reading]));
  const taken = paths.flatMap(({ reading }) =>
    reading.kind === 'record' && reading.record.takenFrom === asker.key ? [reading.record.path] : [],
  );
  // A claim's paths end with it.
  const own = [...currentIn(readings).values()].flatMap((reading) =>
    reading.kind === 'record' && holderIn(reading).key === asker.key ? [reading.record] : [],
  );
  const gone = own.flatMap(({ order, paths: named }) =>
    named.filter((path) => {
      const reading = current.get(ports.paths.keyOf(path));
      return reading === undefined || (reading.kind === 'record' && reading.record.order !== order);
    }),
  );
  return [...new Set([...taken, ...gone])].map((path) => {
    const reading = current.get(ports.paths.keyOf(path));
    const record = reading?.kind === 'record' ? reading.record : null;
    return { code: 'lost' as const, path, taker: record?.holder.id ?? null, reason: record?.note ?? null };
  });
}
