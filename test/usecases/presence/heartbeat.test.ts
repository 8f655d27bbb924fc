import { expect, test } from 'vitest';
import { MemoryRegistry } from '../../../src/adapters/memory/registry.ts';
import type { Oid, OrderId } from '../../../src/core/ids.ts';
import type { Subject } from '../../../src/core/liveness/observation.ts';
import { heartbeat } from '../../../src/usecases/heartbeat.ts';
import { noteChange } from '../../../src/usecases/ownership/note-change.ts';
import type { Ports } from '../../../src/usecases/ports.ts';
import { memoryCaches } from '../../support/caches.ts';
import { holderNamed, LEASE, ORDER, OTHER, recordOf } from '../../support/claims.ts';
import { memoryPorts } from '../../support/memory-ports.ts';
import { proc } from '../../support/processes.ts';

const OTHERS = 300;
const ANCHOR = { pid: 7, start: '70', ns: 'host' };
const ME = { ...holderNamed('me'), boot: 'boot-1', anchor: ANCHOR };

test('after its first beat a helper reads its own claims alone, and looks at no process but its own', async () => {
  const here = await place();
  expect(await here.beat([])).toEqual({ watched: [ORDER], surveyed: ['all'], processes: OTHERS + 2 });
  here.wait(LEASE.beatMs);
  // Nobody else has been silent for long.
  for (const other of here.others) here.ports.sightings.beat([other], here.now());
  expect(await here.beat([ORDER])).toEqual({ watched: [ORDER], surveyed: [[ORDER], []], processes: 2 });
  here.wait(LEASE.beatMs / 2);
  expect(await here.beat([ORDER])).toEqual({ watched: [ORDER], surveyed: [[ORDER]], processes: 2 });
});

test('of those that were silent it looks at some, once a beat whoever else beats', async () => {
  const here = await place();
  await here.beat([]);
  here.wait(2 * LEASE.beatMs);
  expect(await here.beat([ORDER])).toMatchObject({
    surveyed: [[ORDER], expect.toSatisfy((orders) => orders.length === 50)],
    processes: 52,
  });
  expect(await here.beat([ORDER])).toMatchObject({ surveyed: [[ORDER]] });
});

test('it finds a claim that was handed to its session, and reads all where the cache is a new one', async () => {
  const here = await place();
  await here.beat([]);
  const record = recordOf({ order: OTHER, holder: ME, action: 'hand' });
  const swapped = await here.ports.registry.swap([{ order: OTHER, expected: null, record }]);
  const oid = (swapped.kind === 'applied' ? swapped.oids.get(OTHER) : null) as Oid;
  const asker = { ...holderNamed('other'), source: 'named' as const, guestOf: null };
  noteChange(here.ports, asker, { before: null, now: { oid, previous: null, record }, isAlready: false });
  expect(await here.beat([ORDER])).toMatchObject({ watched: [ORDER, OTHER], surveyed: [[ORDER, OTHER]] });
  Object.assign(here.ports, memoryCaches(1));
  expect(await here.beat([ORDER])).toMatchObject({ watched: [ORDER, OTHER], surveyed: ['all'] });
});

/** Many others hold an order each, in a process each, and so do I; with counts of what a beat reads. */
async function place() {
  const registry = new MemoryRegistry();
  let seconds = 1;
  const now = () => ({ boot: 'boot-1', monoMs: 1_000 * seconds, wallMs: 1_800_000_000_000 + 1_000 * seconds });
  let surveyed: (readonly OrderId[] | 'all')[] = [];
  let processes = 0;
  const survey = registry.survey.bind(registry);
  registry.survey = (orders) => {
    surveyed.push(orders ?? 'all');
    return survey(orders);
  };
  const find = (pid: number) => {
    processes += 1;
    return proc(pid, 'agent');
  };
  const ports: Ports = {
    ...memoryPorts({ name: 'me' }, { registry, ...memoryCaches(7 * 86_400_000) }),
    clock: { now, instant: () => ({ ...now(), upMs: now().monoMs }), isCredible: () => true },
    processes: { host: 'engine', boot: 'boot-1', ns: 'host', find, ancestors: () => [] },
  };
  const claim = async (order: OrderId, holder: typeof ME) => {
    const swapped = await registry.swap([{ order, expected: null, record: recordOf({ order, holder }) }]);
    return { order, oid: (swapped.kind === 'applied' ? swapped.oids.get(order) : null) as Oid };
  };
  await claim(ORDER, ME);
  const others = await Promise.all(
    Array.from({ length: OTHERS }, (_, at) => {
      const pid = 100 + at;
      return claim(`WORK-${at}` as OrderId, {
        ...holderNamed(`other-${at}`),
        boot: 'boot-1',
        anchor: { ...ANCHOR, pid, start: `${pid}0` },
      });
    }),
  );
  const beat = async (watched: readonly Subject[]) => {
    surveyed = [];
    processes = 0;
    const held = await heartbeat(ports, ME.key, ANCHOR, watched);
    return { watched: held.map(({ subject }) => subject), surveyed, processes };
  };
  return { ports, others, now, beat, wait: (ms: number) => (seconds += ms / 1_000) };
}
