import { expect, test } from 'vitest';
import { claim } from '../../src/usecases/claim.ts';
import type { Ports } from '../../src/usecases/ports.ts';
import { holderNamed, ORDER, recordOf } from '../support/claims.ts';
import { memoryPorts } from '../support/memory-ports.ts';

const REQUEST = { orders: [ORDER], isHere: true, base: null, isReopen: false, onWait: null };

test('a claim that another record stands upon by the time it is read again is told as it stands', async () => {
  const lost = await claim(overtakenBy(recordOf({ generation: 2, holder: holderNamed('bob'), action: 'hand' })), REQUEST);
  expect(lost).toMatchObject({ kind: 'refused', code: 'held', claim: { session: 'bob', generation: 2 } });
  const kept = await claim(overtakenBy(recordOf({ action: 'renew' })), REQUEST);
  expect(kept).toMatchObject({ kind: 'claimed', claims: [{ isAlready: true }] });
});

/** Alice's ports, where somebody else's swap immediately follows each of hers. */
function overtakenBy(record: ReturnType<typeof recordOf>): Ports {
  const alice = memoryPorts({ name: 'alice' });
  const { registry } = alice;
  return {
    ...alice,
    registry: {
      read: (orders) => registry.read(orders),
      survey: (orders) => registry.survey(orders),
      spellings: (orders) => registry.spellings(orders),
      isAsSeen: (order, oid, seenMs) => registry.isAsSeen(order, oid, seenMs),
      history: (order, limit) => registry.history(order, limit),
      swap: async (changes) => {
        const outcome = await registry.swap(changes);
        const expected = (await registry.read([ORDER])).get(ORDER);
        if (outcome.kind !== 'applied' || expected?.kind !== 'record') return outcome;
        await registry.swap([{ order: ORDER, expected, record }]);
        return { ...outcome, superseded: [ORDER] };
      },
    },
  };
}
