import { expect, test } from 'vitest';
import { MemoryRegistry } from '../../src/adapters/memory/registry.ts';
import type { OrderId } from '../../src/core/ids.ts';
import { type PathKey, parseClaimPath, pathKey } from '../../src/core/path.ts';
import type { ProcessInfo } from '../../src/core/session/process.ts';
import type { PathChange } from '../../src/ports/path-registry.ts';
import type { ClaimChange, Registry, SwapOutcome } from '../../src/ports/registry.ts';
import { claim } from '../../src/usecases/claim.ts';
import { pathOverlaps } from '../../src/usecases/evidence/path-overlaps.ts';
import { heartbeat } from '../../src/usecases/heartbeat.ts';
import { release, renew } from '../../src/usecases/own-claims.ts';
import { claimPaths, listPaths, releasePaths } from '../../src/usecases/paths.ts';
import type { Ports } from '../../src/usecases/ports.ts';
import { overview } from '../../src/usecases/status.ts';
import { memoryCaches } from '../support/caches.ts';
import { holderNamed, ORDER } from '../support/claims.ts';
import { failedLater } from '../support/failures.ts';
import { memoryPorts } from '../support/memory-ports.ts';
import { pathRecordOf } from '../support/paths.ts';
import { proc } from '../support/processes.ts';

const MINUTE_MS = 60_000;

/** A repository in memory, with a clock that the test moves and processes that it ends. */
class World {
  readonly registry = new MemoryRegistry();
  readonly caches = memoryCaches(86_400_000);
  readonly running = new Map<number, ProcessInfo>();
  #monoMs = 1_000;

  wait(ms: number): void {
    this.#monoMs += ms;
  }

  /** @param pid the session's anchor process; null for none */
  session(name: string, pid: number | null = null, agent: string | null = null): Ports {
    if (pid !== null) this.running.set(pid, proc(pid, name));
    const anchor = pid === null ? null : { pid, start: `${pid}0`, ns: 'host' };
    const identity = { ...holderNamed(name, agent), boot: 'boot-1', anchor, source: 'named' as const, guestOf: null };
    return {
      ...memoryPorts({ name, agent }, { registry: this.registry, ...this.caches }),
      identify: () => ({ kind: 'session', identity }),
      clock: {
        now: () => ({ boot: 'boot-1', monoMs: this.#monoMs, wallMs: 1_800_000_000_000 + this.#monoMs }),
        instant: () => ({ boot: 'boot-1', monoMs: this.#monoMs, upMs: this.#monoMs, wallMs: 1_800_000_000_000 + this.#monoMs }),
        isCredible: () => true,
      },
      processes: {
        host: 'engine',
        boot: 'boot-1',
        ns: 'host',
        find: (one) => this.running.get(one) ?? 'gone',
        ancestors: () => [],
      },
    };
  }

  /** Returns `<path> <holder> <order> <action>` of each path claim. */
  standing(): string[] {
    return this.registry.paths.current().map(({ reading }) => {
      if (reading.kind !== 'record') return reading.kind;
      const { path, holder, order, action } = reading.record;
      return [path, holder.id, order ?? '-', action].join(' ');
    });
  }

  async named(order: OrderId = ORDER): Promise<readonly string[]> {
    const reading = (await this.registry.read([order])).get(order);
    return reading?.kind === 'record' ? reading.record.paths : [];
  }
}

const bound = (registry: Registry): Registry => ({
  read: (orders) => registry.read(orders),
  survey: (orders) => registry.survey(orders),
  spellings: (orders) => registry.spellings(orders),
  isAsSeen: (order, oid, seenMs) => registry.isAsSeen(order, oid, seenMs),
  history: (order, limit) => registry.history(order, limit),
  swap: (changes, paths) => registry.swap(changes, paths),
});

const withOrder = (ports: Ports, ...paths: string[]) =>
  claim(ports, { orders: [ORDER], isHere: true, base: null, isReopen: false, onWait: null, paths });

test('a silent session keeps a path for its TTL: challenged just in time, then taken', async () => {
  const world = new World();
  const [alice, bob] = [world.session('alice'), world.session('bob')];
  await claimPaths(alice, ['src'], null);
  world.wait(14 * MINUTE_MS);
  expect(await claimPaths(bob, ['src'], null)).toMatchObject({ kind: 'refused', code: 'collision', retryAfterMs: 30_000 });
  expect(world.standing()).toEqual(['src alice - claim']);
  world.wait(30_000);
  expect(await claimPaths(bob, ['src'], null)).toMatchObject({ kind: 'refused', retryAfterMs: 30_000 });
  expect(world.standing()).toEqual(['src alice - challenge']);
  world.wait(29_000);
  expect(await claimPaths(bob, ['src'], null)).toMatchObject({ kind: 'refused', path: { liveness: 'challenged' } });
  world.wait(1_000);
  expect(await claimPaths(bob, ['src'], null)).toMatchObject({ taken: [{ path: 'src', from: 'alice' }] });
  expect(world.standing()).toEqual(['src bob - take']);
  expect((await overview(alice)).warnings).toMatchObject([{ code: 'lost', path: 'src', taker: 'bob' }]);
});

test('whoever asks anything answers, and the waiting begins anew', async () => {
  const world = new World();
  const [alice, bob] = [world.session('alice'), world.session('bob')];
  await claimPaths(alice, ['src'], null);
  world.wait(15 * MINUTE_MS);
  await claimPaths(bob, ['src/a'], null);
  expect(world.standing()).toEqual(['src alice - challenge']);
  await listPaths(alice);
  expect(world.standing()).toEqual(['src alice - answer']);
  world.wait(14 * MINUTE_MS);
  expect(await claimPaths(bob, ['src'], null)).toMatchObject({ kind: 'refused', retryAfterMs: 30_000 });
});

test('a session without a helper answers for its paths whatever it works on', async () => {
  const world = new World();
  const [alice, bob] = [world.session('alice'), world.session('bob')];
  await claimPaths(alice, ['src'], null);
  await claim(alice, { orders: [ORDER], isHere: true, base: null, isReopen: false, onWait: null });
  world.wait(15 * MINUTE_MS);
  await claimPaths(bob, ['src'], null);
  expect(world.standing()).toEqual(['src alice - challenge']);
  await renew(alice, [ORDER]);
  expect(world.standing()).toEqual(['src alice - answer']);
});

test("the session's helper answers for its paths, and beats for them", async () => {
  const world = new World();
  const [alice, bob] = [world.session('alice'), world.session('bob')];
  const anchor = { pid: 7, start: '70', ns: 'host' };
  await claimPaths(alice, ['src', 'docs'], null);
  world.running.set(7, proc(7, 'alice'));
  world.wait(15 * MINUTE_MS);
  await claimPaths(bob, ['src'], null);
  expect(await heartbeat(alice, holderNamed('alice').key, anchor)).toMatchObject([{ subject: '/docs' }, { subject: '/src' }]);
  expect(world.standing()).toEqual(['docs alice - claim', 'src alice - answer']);
  world.wait(14 * MINUTE_MS);
  await heartbeat(alice, holderNamed('alice').key, anchor);
  world.wait(14 * MINUTE_MS);
  expect(await claimPaths(bob, ['docs'], null)).toMatchObject({ kind: 'refused', retryAfterMs: 30_000 });
});

test("a dead session's path is free after 15 s, whatever its TTL, and so is what lies above and below it", async () => {
  for (const wanted of ['src/auth', 'src', 'src/auth/login.ts']) {
    const world = new World();
    const [alice, bob] = [world.session('alice', 7), world.session('bob')];
    await claimPaths(alice, ['src/auth'], null);
    world.wait(60 * MINUTE_MS);
    expect(await claimPaths(bob, [wanted], null)).toMatchObject({ kind: 'refused', path: { liveness: 'live' } });
    world.running.delete(7);
    expect(await claimPaths(bob, [wanted], null)).toMatchObject({ retryAfterMs: 15_000, path: { liveness: 'dead' } });
    world.wait(15_000);
    expect(await claimPaths(bob, [wanted], null)).toMatchObject({ taken: [{ path: 'src/auth', from: 'alice' }] });
    expect(world.standing()).toEqual([`${wanted} bob - take`]);
    const other = world.session('alice', 8);
    expect((await overview(other)).warnings).toMatchObject([{ code: 'lost' }]);
  }
});

test('the paths of an order that is taken are taken with it', async () => {
  const world = new World();
  const [alice, bob] = [world.session('alice'), world.session('bob')];
  await withOrder(alice, 'src', 'docs');
  world.wait(3 * MINUTE_MS);
  await withOrder(bob);
  world.wait(MINUTE_MS);
  expect(await withOrder(bob, 'docs/x', 'test')).toMatchObject({ kind: 'claimed' });
  expect(world.standing()).toEqual(['docs bob ORDER-1 take', 'src bob ORDER-1 take', 'test bob ORDER-1 claim']);
  expect(await world.named()).toEqual(['docs', 'src', 'test']);
});

test('a path that was taken alone leaves its order, which hears of it and goes on', async () => {
  const world = new World();
  const [alice, bob] = [world.session('alice'), world.session('bob')];
  await withOrder(alice, 'src', 'docs');
  world.wait(15 * MINUTE_MS);
  await claimPaths(bob, ['src'], null);
  world.wait(MINUTE_MS);
  await claimPaths(bob, ['src/a'], null);
  expect(world.standing()).toEqual(['docs alice ORDER-1 claim', 'src/a bob - take']);
  expect((await overview(alice)).warnings).toMatchObject([{ code: 'lost', path: 'src/a' }, {}]);
  await withOrder(alice, 'test');
  expect(await world.named()).toEqual(['docs', 'test']);
  expect(await release(alice, [ORDER])).toMatchObject({ kind: 'done' });
  expect(world.standing()).toEqual(['src/a bob - take']);
});

test('an order that ends while one of its paths is claimed again ends with that path too', async () => {
  const world = new World();
  const [alice, bob] = [world.session('alice'), world.session('bob')];
  await withOrder(alice, 'src');
  world.wait(15 * MINUTE_MS);
  await claimPaths(bob, ['src'], null);
  world.wait(MINUTE_MS);
  await claimPaths(bob, ['src'], null);
  await releasePaths(bob, ['src']);
  expect([await world.named(), world.standing()]).toEqual([['src'], []]);
  let isFirst = true;
  const { registry } = world;
  const late = {
    ...bound(registry),
    swap: async (changes: readonly ClaimChange[], paths?: readonly PathChange[]): Promise<SwapOutcome> => {
      if (isFirst) {
        isFirst = false;
        await withOrder(alice, 'src');
      }
      return registry.swap(changes, paths);
    },
  };
  expect(await release({ ...alice, registry: late }, [ORDER])).toMatchObject({ kind: 'done' });
  expect(world.standing()).toEqual([]);
});

test('another TTL is written for a path that is held, and nothing is where it is the same', async () => {
  const world = new World();
  const alice = world.session('alice');
  await claimPaths(alice, ['src'], null);
  const oid = () => world.registry.paths.current()[0]?.reading;
  const first = oid();
  expect(await claimPaths(alice, ['src'], 15 * MINUTE_MS)).toMatchObject({ paths: [{ isAlready: true }] });
  expect(oid()).toEqual(first);
  expect(await claimPaths(alice, ['src'], 30 * MINUTE_MS)).toMatchObject({
    paths: [{ isAlready: false, view: { ttlMs: 1_800_000 } }],
  });
});

test('a claim cannot be widened over the path of an order that it is not for', async () => {
  const world = new World();
  const alice = world.session('alice');
  await withOrder(alice, 'src/a');
  expect(await claimPaths({ ...alice, bindings: { ...alice.bindings, read: () => [] } }, ['src'], null)).toMatchObject({
    kind: 'refused',
    path: { mine: true, order: ORDER },
  });
});

test('an agent that cleared its context keeps its paths', async () => {
  const world = new World();
  const before = world.session('claude:1', 7, 'claude');
  const after = world.session('claude:2', 7, 'claude');
  await claimPaths(before, ['src'], null);
  expect(await overview(after)).toMatchObject({ paths: [{ path: 'src', mine: true, session: 'claude:2' }] });
  expect(world.standing()).toEqual(['src claude:2 - renew']);
});

test('a wider path comes in the very swap in which the narrower ones go, for its order too', async () => {
  const world = new World();
  const alice = world.session('alice');
  await claimPaths(alice, ['src/b'], null);
  await withOrder(alice, 'src/a');
  const swaps: string[][] = [];
  const swap = (changes: readonly ClaimChange[], paths: readonly PathChange[] = []): Promise<SwapOutcome> => {
    swaps.push(paths.map(({ key, record }) => `${key} ${record?.action ?? 'goes'}`));
    return world.registry.swap(changes, paths);
  };
  const { registry } = world;
  const watched = { ...alice, registry: { ...bound(registry), swap } };
  expect(await withOrder(watched, 'src')).toMatchObject({ kind: 'claimed' });
  expect(swaps).toEqual([['/src/a goes', '/src/b goes', '/src claim']]);
  expect([world.standing(), await world.named()]).toEqual([['src alice ORDER-1 claim'], ['src']]);
});

test('a widening that somebody comes before is refused, and nothing of it is done', async () => {
  const world = new World();
  const [alice, bob] = [world.session('alice'), world.session('bob')];
  await withOrder(alice, 'src/a', 'src/b');
  let isFirst = true;
  const swap = async (changes: readonly ClaimChange[], paths: readonly PathChange[] = []): Promise<SwapOutcome> => {
    if (isFirst) await claimPaths(bob, ['src/c'], null);
    isFirst = false;
    return world.registry.swap(changes, paths);
  };
  const late = { ...alice, registry: { ...bound(world.registry), swap } };
  expect(await withOrder(late, 'src')).toMatchObject({ kind: 'refused', code: 'collision', path: { session: 'bob' } });
  expect(world.standing()).toEqual(['src/a alice ORDER-1 claim', 'src/b alice ORDER-1 claim', 'src/c bob - claim']);
  expect(await world.named()).toEqual(['src/a', 'src/b']);
});

test("a dead session's folder goes once for all that is claimed in it", async () => {
  const world = new World();
  const [alice, bob] = [world.session('alice', 7), world.session('bob')];
  await claimPaths(alice, ['src'], null);
  world.running.delete(7);
  await claimPaths(bob, ['src/a', 'src/b'], null);
  world.wait(15_000);
  expect(await claimPaths(bob, ['src/a', 'src/b'], null)).toMatchObject({ taken: [{ path: 'src', from: 'alice' }] });
  expect(world.standing()).toEqual(['src/a bob - take', 'src/b bob - take']);
});

test('a path ref that is not understood is in the way, and stays', async () => {
  const world = new World();
  const bob = world.session('bob');
  const foreign = { ...pathRecordOf('src'), path: parseClaimPath('other') };
  await world.registry.swap([], [{ key: pathKey(parseClaimPath('src'), false), expected: null, record: foreign }]);
  for (const path of ['src', 'src/x']) expect(await claimPaths(bob, [path], null)).toMatchObject({ code: 'foreign' });
  expect((await listPaths(bob)).paths).toMatchObject([{ path: 'src', liveness: null, session: null }]);
});

test('files lie in the claims of others that live, not in those of the dead', async () => {
  const world = new World();
  const [alice, carol, bob] = [world.session('alice', 7), world.session('carol', 8), world.session('bob')];
  await claimPaths(alice, ['src'], null);
  await claimPaths(carol, ['docs'], null);
  await claimPaths(bob, ['test'], null);
  world.running.delete(8);
  const files = ['src/a', 'docs/b', 'test/c', 'srcs'];
  const who = bob.identify();
  const asker = who.kind === 'session' ? who.identity : null;
  expect(await pathOverlaps(bob, files, asker)).toMatchObject([{ claim: { session: 'alice' }, files: ['src/a'] }]);
  expect((await pathOverlaps(bob, files, null)).map(({ claim: one }) => one.session)).toEqual(['alice', 'bob']);
});

test('a session releases what it holds alone, and a second time for nothing', async () => {
  const world = new World();
  const [alice, bob] = [world.session('alice'), world.session('bob')];
  await claimPaths(alice, ['src'], null);
  expect(await releasePaths(bob, ['src'])).toMatchObject({ kind: 'refused', code: 'not-holder' });
  expect(await releasePaths(alice, ['src'])).toMatchObject({ paths: [{ path: 'src', isAlready: false }] });
  expect(await releasePaths(alice, ['src'])).toMatchObject({ paths: [{ path: 'src', isAlready: true }] });
  expect(world.caches.events.read({ limit: 9 }).map(({ kind, message }) => `${kind} ${message}`)).toEqual([
    'path-claim src',
    'path-release src',
  ]);
});

test('more paths than a record can name are refused', async () => {
  const world = new World();
  const names = Array.from({ length: 51 }, (_, n) => `file-${n}`);
  expect(await failedLater(withOrder(world.session('alice'), ...names))).toMatchObject({
    failure: { kind: 'too-many-paths-of-order', order: 'ORDER-1', count: 51 },
    message: expect.stringContaining('ORDER-1 would have 51 paths'),
  });
  expect(world.standing()).toEqual([]);
  const key: PathKey | undefined = world.registry.paths.current()[0]?.key;
  expect(key).toBeUndefined();
});
