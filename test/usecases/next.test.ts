import { expect, test } from 'vitest';
import { MemoryRegistry } from '../../src/adapters/memory/registry.ts';
import { claim } from '../../src/usecases/claim.ts';
import { claimNext } from '../../src/usecases/next.ts';
import { memoryCaches } from '../support/caches.ts';
import { ORDER } from '../support/claims.ts';
import { failedLater } from '../support/failures.ts';
import { memoryPorts } from '../support/memory-ports.ts';
import { orderOf } from '../support/orders.ts';

test('of an order that somebody was faster with it says whose it is, not that it is free', async () => {
  const shared = { registry: new MemoryRegistry(), ...memoryCaches(86_400_000) };
  const [alice, bob] = [memoryPorts({ name: 'alice' }, shared), memoryPorts({ name: 'bob' }, shared)];
  const overtaken = {
    ...alice,
    orders: {
      ...alice.orders,
      read: async () => ({ ...(await alice.orders.read()), orders: [orderOf(ORDER)] }),
      // She has seen that the order is free, and is about to claim it.
      find: async (orders: Parameters<typeof alice.orders.find>[0]) => {
        await claim(bob, { orders: [ORDER], isHere: true, base: null, isReopen: false, onWait: null });
        return alice.orders.find(orders);
      },
    },
  };
  const attempt = claimNext(overtaken, { isHere: true, base: null });
  expect(await failedLater(attempt)).toMatchObject({
    failure: { code: 'nothing', named: [{ order: ORDER, why: { kind: 'held', session: 'bob' } }] },
    reasons: [expect.stringMatching(/^ORDER-1: held by bob, /)],
  });
});
