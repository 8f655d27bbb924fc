import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { MemoryRegistry } from '../../../src/adapters/memory/registry.ts';
import type { Witnessed } from '../../../src/core/claim/record.ts';
import type { Subject } from '../../../src/core/liveness/observation.ts';
import { parseClaimPath, pathKey } from '../../../src/core/path.ts';
import type { WitnessedPath } from '../../../src/core/paths/record.ts';
import { heartbeat } from '../../../src/usecases/heartbeat.ts';
import { changeOwnership } from '../../../src/usecases/ownership/change-ownership.ts';
import { asHeld, type LiveClaim, liveClaims } from '../../../src/usecases/ownership/live-claims.ts';
import type { Ports } from '../../../src/usecases/ports.ts';
import { memoryCaches } from '../../support/caches.ts';
import { holderNamed, LEASE, ORDER, OTHER, recordOf } from '../../support/claims.ts';
import { memoryPorts } from '../../support/memory-ports.ts';
import { pathRecordOf } from '../../support/paths.ts';
import { proc } from '../../support/processes.ts';

const DAY_MS = 86_400_000;
const BEAT_S = 30;
const KEY = pathKey(parseClaimPath('src'), false);

describe.each(['order', 'path'] as const)('a silent claim on an %s', (what) => {
  test('15 helpers challenge it once, not before it is stale and soon after, and never take it', async () => {
    for (let round = 0; round < 5; round += 1) {
      const here = await place(15, what);
      const challengedAt = await here.until((actions) => actions[0] === 'challenge', 1_000);
      expect(challengedAt).toBeGreaterThanOrEqual(LEASE.staleMs / 1_000);
      expect(challengedAt).toBeLessThanOrEqual((LEASE.staleMs + 2 * LEASE.beatMs) / 1_000);
      await here.until(() => false, 2_000);
      expect(await here.actions()).toEqual(['challenge', 'claim']);
    }
  });

  test('the more challenges its holder has answered in a row, the longer they wait with the next, up to eight times', async () => {
    const here = await place(5, what);
    const waits: number[] = [];
    for (let answers = 0; answers < 6; answers += 1) {
      waits.push(await here.until((actions) => actions[0] === 'challenge', 2_000));
      await here.answer();
    }
    expect(await here.actions()).toHaveLength(13);
    for (const [at, factor] of [1, 2, 4, 8, 8, 8].entries()) {
      expect(waits[at]).toBeGreaterThanOrEqual((LEASE.staleMs * factor) / 1_000);
      expect(waits[at]).toBeLessThanOrEqual((LEASE.staleMs * factor + 2 * LEASE.beatMs) / 1_000);
    }
  });

  test('it is left alone where its holder beats, or its process runs', async () => {
    const beating = await place(3, what);
    const beat = () => {
      beating.sightings.beat([{ order: beating.subject, oid: beating.oid }], beating.now());
      return false;
    };
    await beating.until(beat, 600);
    expect(await beating.actions()).toEqual(['claim']);
    const alive = await place(3, what, { boot: 'boot-1', anchor: ANCHOR });
    await alive.until(() => false, 600);
    expect(await alive.actions()).toEqual(['claim']);
  });

  test('who holds nothing, or was forgotten, challenges nobody', async () => {
    const here = await place(0, what);
    const lone = here.helper('lone');
    for (let seconds = 0; seconds < 600; seconds += BEAT_S) {
      here.wait(BEAT_S);
      await heartbeat(lone, holderNamed('lone').key, ANCHOR);
    }
    expect(await here.actions()).toEqual(['claim']);
  });
});

const ANCHOR = { pid: 7, start: '70', ns: 'host' };

/** Alice holds ORDER-1, or a path, and is silent; `helpers` other sessions with helpers each hold an order of their own. */
async function place(helpers: number, what: 'order' | 'path', alice: object = {}) {
  const registry = new MemoryRegistry();
  const caches = memoryCaches(7 * DAY_MS);
  let seconds = 0;
  const now = () => ({ boot: 'boot-1', monoMs: 1_000 * seconds, wallMs: 1_800_000_000_000 + 1_000 * seconds });
  const helper = (name: string): Ports => ({
    ...memoryPorts({ name }, { registry, ...caches }),
    clock: { now, instant: () => ({ ...now(), upMs: now().monoMs }), isCredible: () => true },
    processes: { host: 'engine', boot: 'boot-1', ns: 'host', find: () => proc(7, 'agent'), ancestors: () => [] },
    nonces: async (count) => Array.from({ length: count }, () => randomBytes(16).toString('hex')),
  });
  const names = Array.from({ length: helpers }, (_, at) => `helper-${at}`);
  const holder = { ...holderNamed('alice'), ...alice };
  if (what === 'order') await registry.swap([{ order: ORDER, expected: null, record: recordOf({ holder }) }]);
  else await registry.swap([], [{ key: KEY, expected: null, record: pathRecordOf('src', { holder }) }]);
  for (const [at, name] of names.entries()) {
    const holder = { ...holderNamed(name), boot: 'boot-1', anchor: ANCHOR };
    const order = OTHER.replace('2', String(at + 2)) as typeof OTHER;
    await registry.swap([{ order, expected: null, record: recordOf({ order, holder }) }]);
  }
  const all = names.map((name) => ({
    ports: helper(name),
    key: holderNamed(name).key,
    phase: Math.floor(Math.random() * BEAT_S),
    watched: [] as readonly Subject[],
  }));
  const history = async (): Promise<readonly (Witnessed | WitnessedPath)[]> => {
    if (what === 'order') return registry.history(ORDER, 99);
    const [path] = registry.paths.current();
    return path?.reading.kind === 'record' ? registry.paths.history(KEY, path.reading.oid, 99) : [];
  };
  const actions = async (): Promise<string[]> => (await history()).map(({ record }) => record.action);
  const [first] = await history();
  return {
    subject: what === 'order' ? ORDER : KEY,
    sightings: caches.sightings,
    now,
    helper,
    actions,
    oid: first?.oid as NonNullable<typeof first>['oid'],
    wait: (more: number) => (seconds += more),
    /** Lets the helpers beat until the condition holds; returns how many seconds that took. */
    until: async (isSo: (actions: readonly string[]) => boolean, secondsMax: number): Promise<number> => {
      const begun = seconds;
      while (!isSo(await actions()) && seconds - begun < secondsMax) {
        seconds += 1;
        for (const one of all)
          if (seconds % BEAT_S === one.phase)
            one.watched = (await heartbeat(one.ports, one.key, ANCHOR, one.watched)).map(({ subject }) => subject);
      }
      return seconds - begun;
    },
    /** Alice answers, though nobody sees her heartbeat. */
    answer: async () => {
      const apart = memoryPorts({ name: 'alice' }, { registry, ...memoryCaches(DAY_MS) });
      const asker = { ...holderNamed('alice'), source: 'named' as const, guestOf: null };
      const [own] = liveClaims(await registry.survey(), ({ key }) => key === asker.key) as [LiveClaim];
      await changeOwnership(apart, { asker, ...asHeld(own) });
    },
  };
}
