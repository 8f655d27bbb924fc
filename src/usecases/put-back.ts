import { nextPathRecord } from '../core/paths/compose.ts';
import type { Neighbour } from '../core/paths/decide.ts';
import type { PutBack } from '../core/paths/refusal.ts';
import { formatInstant } from '../core/time.ts';
import type { Ports } from './ports.ts';

/**
 * Claims again what a session gave up to make room for a wider claim that it did not get then. What belonged to an order goes back only if that order's
 * claim still names it: whoever ended the order meanwhile meant its paths too.
 */
export async function putBack(ports: Ports, cleared: readonly Neighbour[]): Promise<{ readonly putBack?: PutBack }> {
  const own = cleared.filter(({ contention }) => contention === null);
  if (own.length === 0) return {};
  const paths = own.map(({ claim }) => claim.record.path);
  const orders = [...new Set(own.flatMap(({ claim }) => claim.record.order ?? []))];
  const readings = await ports.registry.read(orders);
  const insisted = orders.flatMap((order) => {
    const reading = readings.get(order);
    const theirs = own.flatMap(({ claim: { record } }) => (record.order === order ? [record.path] : []));
    const isTheirs = reading?.kind === 'record' && theirs.every((path) => reading.record.paths.includes(path));
    return isTheirs ? [{ order, expected: reading, record: null }] : [];
  });
  if (insisted.length < orders.length) return { putBack: { paths, isDone: false } };
  const nonces = await ports.nonces(own.length);
  const now = formatInstant(ports.clock.now().wallMs);
  const changes = own.map(({ key, claim }, at) => {
    const record = nextPathRecord(claim.record, 'renew', { nonce: nonces[at] as string, now });
    return { key, expected: null, record };
  });
  const outcome = await ports.registry.swap(insisted, changes);
  return { putBack: { paths, isDone: outcome.kind === 'applied' } };
}
