import { expect, test } from 'vitest';
import { MemoryRegistry } from '../../../src/adapters/memory/registry.ts';
import type { OrderId } from '../../../src/core/ids.ts';
import type { Worktree } from '../../../src/ports/worktrees.ts';
import { examineClaims } from '../../../src/usecases/doctor/claims.ts';
import { memoryCaches } from '../../support/caches.ts';
import { recordOf } from '../../support/claims.ts';
import { memoryPorts } from '../../support/memory-ports.ts';

test('it looks where a worktree is for live claims, and for ended ones that may be of a worktree that is there', async () => {
  const registry = new MemoryRegistry();
  const [live, ended, trees] = [5, 300, 20];
  for (let at = 0; at < live + ended; at += 1) {
    const order = `WORK-${at}` as OrderId;
    const state = at < live ? 'active' : 'released';
    const record = recordOf({ order, state, worktree: `../trees/${order}`, branch: `work-${at}` });
    await registry.swap([{ order, expected: null, record }]);
  }
  const ports = memoryPorts({ name: 'alice' }, { registry, ...memoryCaches(1) });
  let looks = 0;
  const treeAt = (at: number): Worktree => ({
    ...{ path: ports.places.absolute(`../trees/WORK-${at}`), head: null, branch: `work-${at}`, isMain: false, isBare: false },
    ...{ lockText: null, lock: null, isMissing: false },
  });
  const worktrees = {
    ...ports.worktrees,
    list: async () => Array.from({ length: trees }, (_, at) => treeAt(at)),
    find: (path: string) => {
      looks += 1;
      return path;
    },
  };
  const found = await examineClaims({ ...ports, worktrees });
  expect(found.map(({ kind, order }) => `${kind} ${order}`).sort()).toEqual(
    Array.from({ length: trees - live }, (_, at) => `unclaimed-worktree WORK-${at + live}`).sort(),
  );
  expect(looks).toBe(live + trees);
});
