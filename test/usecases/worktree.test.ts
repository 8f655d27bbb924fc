import { expect, test } from 'vitest';
import { MemoryRegistry } from '../../src/adapters/memory/registry.ts';
import type { Oid } from '../../src/core/ids.ts';
import type { Worktree } from '../../src/ports/worktrees.ts';
import { claim } from '../../src/usecases/claim.ts';
import type { Ports } from '../../src/usecases/ports.ts';
import { removeTree } from '../../src/usecases/trees/remove.ts';
import { memoryCaches } from '../support/caches.ts';
import { ORDER, OTHER } from '../support/claims.ts';
import { memoryPorts, NOTHING_INSIDE } from '../support/memory-ports.ts';

const PATH = '/app/trees/ORDER-1';
const ASIDE = '/app/trees/.ORDER-1.going-1';
const LOCK = { order: ORDER, generation: 1, session: 'alice', maker: null };
const TREE = {
  path: PATH,
  branch: 'order-1',
  head: 'a'.repeat(40) as Oid,
  isMain: false,
  isBare: false,
  isMissing: false,
  lock: LOCK,
  lockText: '',
} as Worktree;

test('a tree stays when somebody claims its order, or another one in it, while its work is being looked at', async () => {
  for (const order of [ORDER, OTHER]) {
    const shared = { registry: new MemoryRegistry(), ...memoryCaches(86_400_000) };
    const [alice, bob] = [memoryPorts({ name: 'alice' }, shared), memoryPorts({ name: 'bob' }, shared)];
    const here = { ...bob, places: { ...bob.places, topLevel: PATH, relative: () => 'trees/ORDER-1' } };
    let isPutBack = false;
    const worktrees: Ports['worktrees'] = {
      ...alice.worktrees,
      list: async () => [TREE],
      contents: async (path) => {
        if (path === ASIDE) await claim(here, { orders: [order], isHere: true, base: null, isReopen: false, onWait: null });
        return { ...NOTHING_INSIDE, files: ['work'] };
      },
      setAside: async () => ({
        path: ASIDE,
        putBack: () => {
          isPutBack = true;
        },
        discard: () => {
          throw new Error('deleted');
        },
      }),
    };
    expect(await removeTree({ ...alice, worktrees }, ORDER, true)).toMatchObject({ kind: 'refused', code: 'held' });
    expect(isPutBack).toBe(true);
  }
});
