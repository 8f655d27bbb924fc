import { nextPathRecord } from '../core/paths/compose.ts';
import type { Neighbour } from '../core/paths/decide.ts';
import type { ClaimPath } from '../core/paths/path.ts';
import type { PutBack } from '../core/paths/refusal.ts';
import { formatInstant } from '../core/time.ts';
import type { Ports } from './ports.ts';

/**
 * Claims again what a session gave up to make room for a wider claim that it did not get then, each path that nobody else has taken meanwhile. What belonged
 * to an order goes back only if that order's claim still names it: whoever ended the order meanwhile meant its paths too.
 */
export async function putBack(ports: Ports, cleared: readonly Neighbour[]): Promise<{ readonly putBack?: PutBack }> {
  const own = cleared.filter(({ contention }) => contention === null);
  if (own.length === 0) return {};
  const readings = await ports.registry.read([...new Set(own.flatMap(({ claim }) => claim.record.order ?? []))]);
  const nonces = await ports.nonces(own.length);
  const now = formatInstant(ports.clock.now().wallMs);
  const missing: ClaimPath[] = [];
  for (const [at, { key, claim }] of own.entries()) {
    const { path, order } = claim.record;
    const reading = order === null ? null : readings.get(order);
    const isTheirs = reading?.kind === 'record' && reading.record.paths.includes(path);
    const insisted = order !== null && isTheirs ? [{ order, expected: reading, record: null }] : [];
    const record = nextPathRecord(claim.record, 'renew', { nonce: nonces[at] as string, now });
    const isLeft = order !== null && !isTheirs;
    const outcome = isLeft ? null : await ports.registry.swap(insisted, [{ key, expected: null, record }]);
    if (outcome?.kind !== 'applied') missing.push(path);
  }
  const isDone = missing.length === 0;
  return { putBack: { paths: isDone ? own.map(({ claim }) => claim.record.path) : missing, isDone } };
}
