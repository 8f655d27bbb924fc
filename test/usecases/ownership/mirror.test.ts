import { expect, test } from 'vitest';
import type { Witnessed } from '../../../src/core/claim/record.ts';
import type { Mirror } from '../../../src/ports/mirror.ts';
import { claim } from '../../../src/usecases/claim.ts';
import { release } from '../../../src/usecases/own-claims.ts';
import { writePending } from '../../../src/usecases/ownership/mirror.ts';
import type { Ports } from '../../../src/usecases/ports.ts';
import { ORDER } from '../../support/claims.ts';
import { memoryPorts } from '../../support/memory-ports.ts';

const REQUEST = { orders: [ORDER], isHere: true, base: null, isReopen: false, onWait: null };

test('a mirror is written after the swap, with what stands', async () => {
  const { ports, written } = mirrored();
  await claim(ports, REQUEST);
  await release(ports, [ORDER]);
  expect([written, ports.outbox.pending()]).toEqual([['active by alice', 'released by alice'], []]);
});

test('one that fails fails no claim, and is written later: with what stands then, after ever longer waits', async () => {
  const { ports, written, later } = mirrored();
  let isDown = true;
  const failing = withMirror(ports, async (one) => {
    if (isDown) throw new Error('no network');
    return note(written, one);
  });
  const claimed = await claim(failing, REQUEST);
  expect(claimed).toMatchObject({
    kind: 'claimed',
    warnings: [{ code: 'not-mirrored', order: 'ORDER-1', mirror: 'board', failure: { kind: 'error', said: 'no network' } }],
  });
  await writePending(later(failing, 15_000));
  expect(ports.outbox.pending()).toMatchObject([{ mirror: 'board', attempts: 1 }]);
  expect(await writePending(later(failing, 25_000))).toHaveLength(1);
  isDown = false;
  await writePending(later(failing, 40_000));
  expect(written).toEqual([]);
  await writePending(later(failing, 120_000));
  expect([written, ports.outbox.pending()]).toEqual([['active by alice'], []]);
});

test('a swap that was never applied leaves nothing pending', async () => {
  const { ports, written, later } = mirrored();
  ports.outbox.notePending([{ order: ORDER, mirror: 'board' }], '2027-01-15T08:00:00Z');
  ports.outbox.notePending([{ order: ORDER, mirror: 'configured away' }], '2027-01-15T08:00:00Z');
  await writePending(ports);
  expect(ports.outbox.pending()).toHaveLength(2);
  await writePending(later(ports, 15_000));
  expect([written, ports.outbox.pending()]).toEqual([[], []]);
});

test('a writer that finds a new entry meanwhile reads the claim again', async () => {
  const { ports, written } = mirrored();
  let rounds = 0;
  const busy = withMirror(ports, async (one) => {
    rounds += 1;
    if (rounds <= 2) ports.outbox.notePending([{ order: ORDER, mirror: 'board' }], '2027-01-15T08:00:00Z');
    return note(written, one);
  });
  await claim(busy, REQUEST);
  expect([written.length, ports.outbox.pending()]).toEqual([3, []]);
});

test('an event that a killed command left pending is appended once, with its own time', async () => {
  const { ports, later } = mirrored();
  await claim(ports, REQUEST);
  const [event] = ports.events.read({ order: ORDER, limit: 1 });
  ports.outbox.notePending([{ order: ORDER, mirror: 'feed' }], '2027-01-15T08:00:00Z');
  await writePending(later(ports, 15_000));
  expect(ports.events.read({ order: ORDER, limit: 9 })).toEqual([event]);
  const standing = (await ports.registry.read([ORDER])).get(ORDER);
  if (standing?.kind !== 'record') throw new Error('the claim is gone');
  const record = { ...standing.record, action: 'block', state: 'blocked', nonce: 'f'.repeat(32), note: 'waits' } as const;
  await ports.registry.swap([{ order: ORDER, expected: standing, record }]);
  ports.outbox.notePending([{ order: ORDER, mirror: 'feed' }], '2027-01-15T08:00:00Z');
  await writePending(later(ports, 15_000));
  await writePending(later(ports, 30_000));
  expect(ports.events.read({ order: ORDER, limit: 9 }).slice(1)).toMatchObject([
    { kind: 'block', session: 'alice', at: record.recordedAt, message: 'waits' },
  ]);
});

function mirrored() {
  const written: string[] = [];
  const ports = withMirror(memoryPorts({ name: 'alice' }), async (one) => note(written, one));
  const now = ports.clock.now();
  const later = (of: Ports, ms: number): Ports => ({
    ...of,
    clock: { ...of.clock, now: () => ({ ...now, wallMs: now.wallMs + ms }) },
  });
  return { ports, written, later };
}

function withMirror(ports: Ports, write: Mirror['write']): Ports {
  return {
    ...ports,
    mirrors: [
      {
        name: 'board',
        concerns: () => true,
        write,
        replaced: () => [],
        shown: () => [],
        takeNews: () => [],
        withdraw: () => undefined,
      },
    ],
  };
}

function note(written: string[], { record }: Witnessed): boolean {
  written.push(`${record.state} by ${record.holder.id}`);
  return true;
}
