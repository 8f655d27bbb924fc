import { expect, test } from 'vitest';
import { MemoryRegistry } from '../../src/adapters/memory/registry.ts';
import { ClaimError } from '../../src/core/errors.ts';
import type { Oid } from '../../src/core/ids.ts';
import type { Worktree } from '../../src/ports/worktrees.ts';
import { claim } from '../../src/usecases/claim.ts';
import type { Ports, Progress } from '../../src/usecases/ports.ts';
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

const BASE = { branch: 'main', name: 'main', commit: 'a'.repeat(40) as Oid };

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
        newSince: () => [],
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

test('what cannot be told of a tree that is set aside is told of its place, to which it is put back', async () => {
  const alice = memoryPorts({ name: 'alice' });
  const worktrees: Ports['worktrees'] = {
    ...alice.worktrees,
    list: async () => [TREE],
    setAside: async () => ({ path: ASIDE, newSince: () => [], putBack: () => undefined, discard: () => ({ kind: 'gone' }) }),
    contents: async (path) => {
      if (path === PATH) return NOTHING_INSIDE;
      throw new ClaimError({ code: 'git', kind: 'worktree-unreadable', path, said: `cannot read ${ASIDE}/file` });
    },
  };
  const removed = removeTree({ ...alice, worktrees }, ORDER, false);
  await expect(removed).rejects.toMatchObject({ failure: { path: PATH, said: `cannot read ${PATH}/file` } });
});

test('a claim that waits because a process removes the worktree says so, once', async () => {
  const alice = memoryPorts({ name: 'alice' });
  const lock = { order: ORDER, generation: 1, session: 'bob', maker: { pid: 7, start: '1', ns: '1' }, isGoing: true };
  let looks = 0;
  const said: Progress[] = [];
  const ports: Ports = {
    ...alice,
    branches: { ...alice.branches, startOf: async () => ({ base: BASE, doubts: [], named: [] }) },
    worktrees: {
      ...alice.worktrees,
      list: async () => [{ ...TREE, path: looks++ < 20 ? ASIDE : PATH, lock: looks < 20 ? lock : null } as Worktree],
    },
    narrate: (progress) => said.push(progress),
  };
  await claim(ports, { orders: [ORDER], isHere: false, base: null, isReopen: false, onWait: null });
  expect(said).toEqual([{ kind: 'waiting', order: ORDER, lock }]);
});
