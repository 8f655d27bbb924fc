import { describe, expect, test } from 'vitest';
import { GitRegistry } from '../../src/adapters/git/refs/claim-refs.ts';
import { openRepository } from '../../src/adapters/git/repository.ts';
import { MemoryRegistry } from '../../src/adapters/memory/registry.ts';
import { withMutex } from '../../src/adapters/sqlite/locks.ts';
import type { ClaimRecord, Witnessed } from '../../src/core/claim/record.ts';
import { DEFAULT_REF_PREFIX } from '../../src/core/claim/refs.ts';
import type { Oid, OrderId } from '../../src/core/ids.ts';
import type { Registry } from '../../src/ports/registry.ts';
import { holderNamed, ORDER, OTHER, recordOf } from '../support/claims.ts';
import { createSandbox } from '../support/sandbox.ts';

const TAGGER = { name: 'Ada', email: 'ada@example.com', epochSeconds: 1_767_323_045 };

async function gitRegistry(format: 'sha1' | 'sha256'): Promise<Registry> {
  const { repo, env, git } = createSandbox();
  if (format === 'sha256') {
    git(['init', '--quiet', '--object-format=sha256', `${repo}/sha256`]);
  }
  const repository = await openRepository(format === 'sha256' ? `${repo}/sha256` : repo, env);
  return new GitRegistry(
    repository,
    DEFAULT_REF_PREFIX,
    () => TAGGER,
    async (section) => {
      const outcome = await withMutex(repository.commonDir, section);
      return outcome.kind === 'ran' ? null : outcome.trouble.said;
    },
  );
}

const stores: [string, () => Promise<Registry>][] = [
  ['in memory', async () => new MemoryRegistry()],
  ['in git', () => gitRegistry('sha1')],
  ['in git with SHA-256', () => gitRegistry('sha256')],
];

describe.each(stores)('claim refs %s', (_, make) => {
  test('what nobody claimed is absent, and nothing else stands there', async () => {
    const registry = await make();
    expect(await registry.read([ORDER, OTHER])).toEqual(absent(ORDER, OTHER));
    expect(await registry.survey([ORDER])).toEqual({ readings: absent(ORDER), strangers: [], paths: [] });
    expect(await registry.survey()).toEqual({ readings: new Map(), strangers: [], paths: [] });
    expect([await registry.history(ORDER, 9), await registry.history(null, 9)]).toEqual([[], []]);
  });

  test('a record is read as it was written, exactly and in a survey', async () => {
    const registry = await make();
    const record = recordOf({ note: 'a: b', worktree: '../it\'s a\n"tree" ', branch: 'größe', linear: 'ENG-7' });
    const oid = await put(registry, null, record);
    const standing = new Map([[ORDER, { kind: 'record', oid, previous: null, record }]]);
    expect(await registry.read([ORDER])).toEqual(standing);
    expect(await registry.survey([ORDER])).toEqual({ readings: standing, strangers: [], paths: [] });
    expect(await registry.survey()).toEqual({ readings: standing, strangers: [], paths: [] });
    expect(await registry.survey([OTHER])).toEqual({ readings: absent(OTHER), strangers: [], paths: [] });
  });

  test('whether a ref is where it was is known without a process', async () => {
    const registry = await make();
    const nowMs = Date.now();
    expect(registry.isAsSeen(ORDER, null, nowMs)).toBe(true);
    const oid = await put(registry, null, recordOf());
    expect([registry.isAsSeen(ORDER, oid, nowMs), registry.isAsSeen(ORDER, null, nowMs)]).toEqual([true, false]);
  });

  test('a swap names its witness: whoever saw something else has lost, and nothing changes', async () => {
    const registry = await make();
    const first = await witnessed(registry, null, recordOf());
    const second = await witnessed(registry, first, recordOf({ action: 'renew' }));
    for (const expected of [null, first]) {
      expect(await registry.swap([{ order: ORDER, expected, record: recordOf({ holder: holderNamed('bob') }) }])).toEqual({
        kind: 'lost',
      });
    }
    expect((await registry.read([ORDER])).get(ORDER)).toMatchObject({ oid: second.oid, previous: first.oid });
  });

  test('of two swaps on one witness exactly one is applied', async () => {
    const registry = await make();
    const attempts = ['alice', 'bob', 'carol', 'dave'].map((name) =>
      registry.swap([{ order: ORDER, expected: null, record: recordOf({ holder: holderNamed(name) }) }]),
    );
    const kinds = (await Promise.all(attempts)).map(({ kind }) => kind).sort();
    expect(kinds).toEqual(['applied', 'lost', 'lost', 'lost']);
    expect(await registry.history(ORDER, 9)).toHaveLength(1);
  });

  test('several orders move together or not at all', async () => {
    const registry = await make();
    const first = await witnessed(registry, null, recordOf());
    const other = recordOf({ order: OTHER });
    const lost = await registry.swap([
      { order: OTHER, expected: null, record: other },
      { order: ORDER, expected: null, record: recordOf() },
    ]);
    expect([lost, await registry.read([OTHER])]).toEqual([{ kind: 'lost' }, absent(OTHER)]);
    const applied = await registry.swap([
      { order: OTHER, expected: null, record: other },
      { order: ORDER, expected: first, record: recordOf({ state: 'released', action: 'release' }) },
    ]);
    expect(applied).toMatchObject({ kind: 'applied', superseded: [] });
    expect([...(await registry.survey()).readings.keys()]).toEqual([ORDER, OTHER]);
  });

  test('a change without a record writes nothing and insists that the witness stands', async () => {
    const registry = await make();
    const first = await witnessed(registry, null, recordOf());
    const other = { order: OTHER, expected: null, record: recordOf({ order: OTHER }) };
    expect(await registry.swap([{ order: ORDER, expected: null, record: null }, other])).toEqual({ kind: 'lost' });
    expect(await registry.swap([{ order: ORDER, expected: first, record: null }, other])).toMatchObject({ kind: 'applied' });
    expect((await registry.read([ORDER])).get(ORDER)).toMatchObject({ oid: first.oid });
  });

  test('two records that say the same are two records', async () => {
    const registry = await make();
    const { nonce: _nonce, ...same } = recordOf();
    const first = await witnessed(registry, null, recordOf(same));
    const second = await witnessed(registry, first, recordOf(same));
    expect(second.oid).not.toBe(first.oid);
  });

  test('the history is newest first, of one order or of all, and bounded', async () => {
    const registry = await make();
    const first = await witnessed(registry, null, recordOf({ recordedAt: '2026-11-21T14:00:00Z' }));
    const other = await witnessed(registry, null, recordOf({ order: OTHER, recordedAt: '2026-11-21T14:00:01Z' }), OTHER);
    const second = await witnessed(
      registry,
      first,
      recordOf({ action: 'release', state: 'released', recordedAt: '2026-11-21T14:00:02Z' }),
    );
    expect(await registry.history(ORDER, 9)).toEqual([second, first]);
    expect(await registry.history(null, 9)).toEqual([second, other, first]);
    expect(await registry.history(null, 2)).toEqual([second, other]);
    expect(await registry.history(ORDER, 1)).toEqual([second]);
  });
});

function absent(...orders: OrderId[]) {
  return new Map(orders.map((order) => [order, { kind: 'absent' }]));
}

async function put(registry: Registry, expected: Witnessed | null, record: ClaimRecord, order = ORDER): Promise<Oid> {
  const outcome = await registry.swap([{ order, expected, record }]);
  if (outcome.kind !== 'applied') throw new Error(`the swap is ${outcome.kind}`);
  return outcome.oids.get(order) as Oid;
}

async function witnessed(registry: Registry, expected: Witnessed | null, record: ClaimRecord, order = ORDER): Promise<Witnessed> {
  return { oid: await put(registry, expected, record, order), previous: expected?.oid ?? null, record };
}
