import { expect, test } from 'vitest';
import { MemoryRegistry } from '../../../src/adapters/memory/registry.ts';
import type { OrderId, SessionKey } from '../../../src/core/ids.ts';
import type { Identity } from '../../../src/core/session/identity.ts';
import { claim } from '../../../src/usecases/claim.ts';
import { complete } from '../../../src/usecases/complete.ts';
import { hand } from '../../../src/usecases/hand.ts';
import { abandon, block, release, renew, unblock } from '../../../src/usecases/own-claims.ts';
import { carryOut } from '../../../src/usecases/ownership/carry-out.ts';
import type { Ports } from '../../../src/usecases/ports.ts';
import type { Consent } from '../../../src/usecases/presence/as-holder.ts';
import { giveSignOfLife } from '../../../src/usecases/presence/sign-of-life.ts';
import { memoryCaches } from '../../support/caches.ts';
import { holderNamed, ORDER, OTHER } from '../../support/claims.ts';
import { memoryPorts } from '../../support/memory-ports.ts';
import { proc } from '../../support/processes.ts';

const CLAIM = { isHere: true, base: null, isReopen: false, onWait: null };

/** A repository, and the terminals of people who work in it. */
class Scene {
  readonly registry = new MemoryRegistry();
  readonly #caches = memoryCaches(86_400_000);
  readonly #open = new Set<number>();

  /** A person's terminal, perhaps in the worktree of a session. */
  terminal(name: string, pid: number, guestOf: SessionKey | null = null, uid = 1000): Ports {
    this.#open.add(pid);
    const person = { uid, terminal: `pts/${pid}`, name: 'Ada' };
    const anchor = { pid, start: `${pid}0`, ns: 'host' };
    const identity: Identity = { ...holderNamed(name), boot: 'boot-1', anchor, person, source: 'anchor', guestOf };
    return this.#ports(name, identity);
  }

  agent(name: string): Ports {
    return this.#ports(name, { ...holderNamed(name, 'claude'), source: 'named', guestOf: null });
  }

  close(pid: number): void {
    this.#open.delete(pid);
  }

  async record(order: OrderId = ORDER) {
    const reading = (await this.registry.read([order])).get(order);
    return reading?.kind === 'record' ? reading.record : null;
  }

  #ports(name: string, identity: Identity): Ports {
    const find = (pid: number) => (this.#open.has(pid) ? proc(pid, 'bash') : ('gone' as const));
    const ports = memoryPorts({ name }, { registry: this.registry, ...this.#caches });
    return { ...ports, identify: () => ({ kind: 'session', identity }), processes: { ...ports.processes, find } };
  }
}

const key = (name: string) => name as SessionKey;
const arrive = async (scene: Scene, ports: Ports) => {
  const identified = ports.identify();
  const asker = identified.kind === 'session' ? identified.identity : null;
  return giveSignOfLife(ports, asker, await scene.registry.survey());
};

test('a look at the claims in the worktree brings them all over, blocked ones as they are; elsewhere it brings none', async () => {
  const scene = new Scene();
  const first = scene.terminal('first', 3);
  await claim(first, { ...CLAIM, orders: [ORDER, OTHER] });
  await block(first, [OTHER], 'waits for Bob');
  scene.close(3);
  const elsewhere = await arrive(scene, scene.terminal('elsewhere', 4));
  expect(elsewhere.warnings).toEqual([]);
  const { warnings } = await arrive(scene, scene.terminal('second', 5, key('first')));
  expect(warnings).toMatchObject([
    { code: 'returned', order: ORDER, from: 'first' },
    { code: 'returned', order: OTHER, from: 'first' },
  ]);
  expect(await scene.record()).toMatchObject({ action: 'take', state: 'active', generation: 2, takenFrom: 'first' });
  expect(await scene.record(OTHER)).toMatchObject({ state: 'blocked', generation: 2, holder: { key: 'second' } });
  expect((await scene.record(OTHER))?.note).toMatch(/^waits for Bob; its terminal has closed \(process 3 exited\)/);
  expect((await arrive(scene, scene.terminal('second', 5, key('first')))).warnings).toEqual([]);
});

test.each(['release', 'complete', 'abandon', 'renew', 'claim', 'hand'] as const)(
  '%s by name takes a claim over from anywhere first, and only for the same user',
  async (command) => {
    const run = async (ports: Ports) =>
      ({
        release: () => release(ports, [ORDER]),
        complete: () => complete(ports, [ORDER]),
        abandon: () => abandon(ports, [ORDER]),
        renew: () => renew(ports, [ORDER]),
        claim: () => claim(ports, { ...CLAIM, orders: [ORDER] }),
        hand: () => hand(ports, ORDER, 'bot'),
      })[command]();
    const scene = new Scene();
    const bot = scene.agent('bot');
    await claim(bot, { ...CLAIM, orders: [OTHER] });
    await claim(scene.terminal('first', 3), { ...CLAIM, orders: [ORDER] });
    expect(await run(scene.terminal('early', 4))).toMatchObject({ kind: 'refused' });
    scene.close(3);
    expect(await run(scene.terminal('other user', 5, null, 1001))).toMatchObject({ kind: 'refused' });
    expect(await run(scene.agent('agent'))).toMatchObject({ kind: 'refused' });
    expect((await run(scene.terminal('second', 6))).kind).not.toBe('refused');
    expect(await scene.record()).toMatchObject({
      generation: command === 'hand' ? 3 : 2,
      holder: { key: command === 'hand' ? 'bot' : 'second' },
    });
  },
);

test('of many new terminals that look at once, one gets it', async () => {
  for (let round = 0; round < 20; round += 1) {
    const scene = new Scene();
    await claim(scene.terminal('first', 3), { ...CLAIM, orders: [ORDER] });
    scene.close(3);
    const tabs = [11, 12, 13, 14, 15].map((pid) => scene.terminal(`tab-${pid}`, pid, key('first')));
    const told = await Promise.all(tabs.map((tab) => arrive(scene, tab)));
    expect(told.flatMap(({ warnings }) => warnings)).toHaveLength(1);
    expect(await scene.record()).toMatchObject({ generation: 2, takenFrom: 'first' });
  }
});

test('a command that was killed after its swap has the claim, and the next one ties the worktree to it', async () => {
  const scene = new Scene();
  await claim(scene.terminal('first', 3), { ...CLAIM, orders: [ORDER] });
  scene.close(3);
  const second = scene.terminal('second', 5, key('first'));
  const identified = second.identify();
  if (identified.kind !== 'session') throw new Error('there is a session');
  await carryOut(second, { asker: identified.identity, command: 'take', orders: [ORDER], gather: async () => () => ({}) });
  expect(await claim(second, { ...CLAIM, orders: [ORDER] })).toMatchObject({
    claims: [{ isAlready: true, view: { mine: true } }],
  });
  expect(second.bindings.read('/app/.')).toMatchObject([{ order: ORDER, generation: 2, key: 'second' }]);
});

test('a guest is asked, and what it ends is the guest’s to have ended; the holder hears of it', async () => {
  const ends = {
    release,
    complete: (ports: Ports, orders: readonly string[], consent: Consent = null) => complete(ports, orders, { consent }),
    abandon,
  };
  for (const [command, run] of Object.entries(ends)) {
    const scene = new Scene();
    const bot = scene.agent('bot');
    await claim(bot, { ...CLAIM, orders: [ORDER] });
    const guest = scene.terminal('guest', 7, key('bot'));
    const asked: string[] = [];
    const says =
      (answer: boolean): Consent =>
      async (what, { order, session }) => {
        asked.push(`${what} ${order} of ${session}`);
        return answer;
      };
    expect(await run(guest, [ORDER])).toMatchObject({ kind: 'refused', code: 'not-holder' });
    await expect(run(guest, [ORDER], says(false))).rejects.toMatchObject({ failure: { kind: 'guest-declined' } });
    expect(await scene.record()).toMatchObject({ action: 'claim', holder: { key: 'bot' } });
    expect(await run(guest, [ORDER], says(true))).toMatchObject({ kind: 'done', claims: [{ isAlready: false }] });
    expect(asked).toEqual([`${command} ${ORDER} of bot`, `${command} ${ORDER} of bot`]);
    expect(await scene.record()).toMatchObject({ action: command, generation: 2, holder: { key: 'guest' }, takenFrom: 'bot' });
    expect(bot.losses.takeUnreported(key('bot'))).toMatchObject([
      { order: ORDER, taker: 'guest', reason: expect.stringContaining('by guest (Ada, pts/7), a guest in its worktree') },
    ]);
  }
});

test('a guest who blocks it leaves it to its holder, and one who hands it over takes it away', async () => {
  const scene = new Scene();
  const [bot, other] = [scene.agent('bot'), scene.agent('other')];
  await claim(bot, { ...CLAIM, orders: [ORDER] });
  await claim(other, { ...CLAIM, orders: [OTHER] });
  const guest = scene.terminal('guest', 7, key('bot'));
  const yes: Consent = async () => true;
  await block(guest, [ORDER], 'waits', yes);
  expect(await scene.record()).toMatchObject({ state: 'blocked', generation: 1, holder: { key: 'bot' }, note: 'waits' });
  await unblock(guest, [ORDER], yes);
  expect(await scene.record()).toMatchObject({ state: 'active', generation: 1, holder: { key: 'bot' } });
  expect(await hand(guest, ORDER, 'other', yes)).toMatchObject({ kind: 'handed' });
  expect(await scene.record()).toMatchObject({ generation: 2, holder: { key: 'other' }, takenFrom: 'bot' });
  expect(bot.losses.takeUnreported(key('bot'))).toMatchObject([{ order: ORDER, taker: 'other' }]);
});

test('consent is for the session that was named: another holder is not affected', async () => {
  const scene = new Scene();
  const bot = scene.agent('bot');
  await claim(bot, { ...CLAIM, orders: [ORDER] });
  const guest = scene.terminal('guest', 7, key('bot'));
  const outcome = await release(guest, [ORDER], async () => {
    await hand(bot, ORDER, 'late');
    return true;
  }).catch((error) => error);
  expect(outcome).toMatchObject({ failure: { kind: 'session-unknown' } });
  await claim(scene.agent('late'), { ...CLAIM, orders: [OTHER] });
  const refused = await release(guest, [ORDER], async () => {
    await hand(bot, ORDER, 'late');
    return true;
  });
  expect(refused).toMatchObject({ kind: 'refused', code: 'not-holder' });
  expect(await scene.record()).toMatchObject({ state: 'active', holder: { key: 'late' } });
});
