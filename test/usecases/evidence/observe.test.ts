import { expect, test } from 'vitest';
import type { Oid } from '../../../src/core/ids.ts';
import { contentionNow, observe } from '../../../src/usecases/evidence/observe.ts';
import { holderNamed, ORDER, recordOf } from '../../support/claims.ts';
import { clockAt, memoryPorts } from '../../support/memory-ports.ts';

test('a holder is dead since it was looked for, however long that took, and not since before', () => {
  const ports = memoryPorts({ name: 'bob' });
  let monoMs = 1_000;
  const find = () => {
    monoMs += 400;
    return 'gone' as const;
  };
  const looking = {
    ...ports,
    clock: { ...clockAt(() => monoMs), isCredible: () => true },
    processes: { ...ports.processes, find },
  };
  const record = recordOf({ holder: { ...holderNamed('alice'), boot: 'boot-1', anchor: { pid: 7, start: '70', ns: 'host' } } });
  const claim = { kind: 'record', oid: 'a'.repeat(40) as Oid, previous: null, record } as const;
  expect(observe(looking, new Map([[ORDER, claim]]), null)).toMatchObject([{ liveness: 'dead' }]);
  expect(ports.sightings.of([ORDER]).get(ORDER)?.deadSince?.monoMs).toBe(1_400);
});

test('a contender with a clock that cannot be right neither challenges nor takes', async () => {
  const ports = memoryPorts({ name: 'bob' });
  const record = recordOf({ holder: holderNamed('alice') });
  const claim = { oid: 'a'.repeat(40) as Oid, previous: null, record };
  const at = (monoMs: number, isCredible: boolean) => ({
    ...ports,
    clock: { ...clockAt(() => monoMs), isCredible: () => isCredible },
  });
  await contentionNow(at(1_000, true), ORDER, claim);
  expect(await contentionNow(at(9_000_000, false), ORDER, claim)).toEqual({ kind: 'leave', waitMs: null });
  expect(await contentionNow(at(9_000_000, true), ORDER, claim)).toMatchObject({ kind: 'challenge' });
});
