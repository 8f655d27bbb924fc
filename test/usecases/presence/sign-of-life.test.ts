import { expect, test } from 'vitest';
import { list } from '../../../src/usecases/list.ts';
import type { Ports } from '../../../src/usecases/ports.ts';
import { orderStatus, overview } from '../../../src/usecases/status.ts';
import { holderNamed, ORDER, recordOf } from '../../support/claims.ts';
import { memoryPorts } from '../../support/memory-ports.ts';

const QUESTIONS: readonly [name: string, ask: (ports: Ports) => Promise<{ warnings: readonly { code: string }[] }>][] = [
  ['status', overview],
  ['status <order>', (ports) => orderStatus(ports, ORDER)],
  ['list', (ports) => list(ports, { isAll: false, isMine: false })],
];

test.each(QUESTIONS)('%s answers the challenge of an own claim', async (_, ask) => {
  const alice = await challenged();
  expect((await ask(alice)).warnings).toEqual([]);
  expect((await alice.registry.read([ORDER])).get(ORDER)).toMatchObject({ record: { action: 'answer', challenge: null } });
});

test.each(QUESTIONS)('%s reads where git may not write, and says that nobody was answered', async (_, ask) => {
  const alice = await challenged();
  const { registry } = alice;
  const readOnly: Ports['registry'] = {
    read: (orders) => registry.read(orders),
    survey: (orders) => registry.survey(orders),
    spellings: (orders) => registry.spellings(orders),
    isAsSeen: (order, oid, seenMs) => registry.isAsSeen(order, oid, seenMs),
    history: (order, limit) => registry.history(order, limit),
    swap: async () => ({ kind: 'denied', why: 'Read-only file system' }),
  };
  expect((await ask({ ...alice, registry: readOnly })).warnings).toMatchObject([{ code: 'unanswered' }]);
});

test("nothing is written for a claim of somebody else's", async () => {
  const alice = await challenged();
  const before = (await alice.registry.read([ORDER])).get(ORDER);
  await overview(memoryPorts({ name: 'zoe' }, alice));
  expect((await alice.registry.read([ORDER])).get(ORDER)).toEqual(before);
});

async function challenged(): Promise<Ports> {
  const alice = memoryPorts({ name: 'alice' });
  const challenge = { by: holderNamed('bob').key, nonce: '0'.repeat(32) };
  await alice.registry.swap([{ order: ORDER, expected: null, record: recordOf({ action: 'challenge', challenge }) }]);
  return alice;
}
