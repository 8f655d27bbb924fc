import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OrderId } from '../../../src/core/ids.ts';
import { unreportedLosses } from '../../../src/usecases/caller/losses.ts';
import { release } from '../../../src/usecases/own-claims.ts';
import { isConfirmed } from '../../../src/usecases/remote/confirmed.ts';
import { clones } from '../../support/remotes/clones.ts';
import { type Imagined, imagine } from '../../support/remotes/imagined.ts';

const ORDER = 'R-1' as OrderId;
const [SECOND, MINUTE] = [1_000, 60_000];

/** Two machines whose clocks run at different rates. */
async function machines(): Promise<{ ada: Imagined; bob: Imagined; hub: string; pass: (ms: number) => void }> {
  const { hub, here, there } = clones();
  const [ada, bob] = [await imagine(here, 'ada', 0.95), await imagine(there, 'bob', 1.1)];
  const pass = (ms: number) => {
    for (const one of [ada, bob]) one.pass(ms);
  };
  return { ada, bob, hub, pass };
}

/** Lets a helper beat for so long, every half a minute. */
async function beats({ ada, pass }: { ada: Imagined; pass: (ms: number) => void }, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 30 * SECOND) {
    pass(30 * SECOND);
    await ada.beat();
  }
}

test('whoever beats elsewhere keeps its order for as long as it does, and is shown with its host and its beat', async () => {
  const at = await machines();
  const { ada, bob } = at;
  expect(await ada.claim()).toBe('yours');
  expect(await bob.claim()).toBe('held');
  expect((await bob.sees()).evidence).toBe('nothing seen of it yet, on host host-ada, another clone');
  const { oid } = await ada.record();
  for (let hours = 0; hours < 2; hours += 1) {
    await beats(at, 20 * MINUTE);
    expect(await bob.claim()).toBe('held');
    at.pass(40 * SECOND);
    const { liveness, evidence } = await bob.sees();
    expect(liveness).toBe('live');
    expect(evidence).toMatch(/^on host host-ada, another clone, seen in its beat [0-9]+s ago$/);
  }
  // Nobody wrote a record for that, and one push a beat was all.
  expect((await bob.record()).oid).toBe(oid);
  const count = ada.sandbox.git(['for-each-ref', '--format=%(contents)', 'refs/claims-remote/origin/beat']);
  const beaten = Number(/^Claim-Beat: ([0-9]+)$/m.exec(count)?.[1]);
  expect(beaten).toBeGreaterThan(10);
  expect(beaten).toBeLessThanOrEqual(20);
});

test('a holder that is silent elsewhere is challenged after 6 minutes, and its order taken after 12', async () => {
  const { ada, bob, pass } = await machines();
  await ada.claim();
  expect(await bob.claim()).toBe('held');
  bob.pass(5 * MINUTE);
  expect(await bob.claim()).toBe('held');
  expect((await bob.record()).record.challenge).toBeNull();
  bob.pass(MINUTE);
  expect(await bob.claim()).toBe('held');
  expect((await bob.record()).record).toMatchObject({ action: 'challenge', challenge: { by: 'bob' }, holder: { key: 'ada' } });
  bob.pass(4 * MINUTE);
  expect(await bob.claim()).toBe('held');
  expect((await bob.sees()).evidence).toMatch(/^silent for 1[0-9]m, on host host-ada, another clone, challenged [0-9]+m ago$/);
  bob.pass(MINUTE);
  expect(await bob.claim()).toBe('yours');
  expect((await bob.record()).record).toMatchObject({ generation: 2, takenFrom: 'ada', holder: { key: 'bob' } });
  pass(MINUTE);
});

test('a holder answers through the remote at its next beat, and everything begins anew', async () => {
  const { ada, bob, pass } = await machines();
  await ada.claim();
  await bob.claim();
  pass(7 * MINUTE);
  await bob.claim();
  expect((await bob.record()).record.challenge).not.toBeNull();
  expect(await ada.beat()).toHaveLength(1);
  expect((await ada.record()).record).toMatchObject({ action: 'answer', challenge: null });
  pass(5 * MINUTE);
  expect(await bob.claim()).toBe('held');
  expect((await bob.record()).record).toMatchObject({ action: 'answer' });
});

test('cut off for longer than the lease and back: taken once, the old holder is told, and its name changes nothing any more', async () => {
  const at = await machines();
  const { ada, bob } = at;
  await ada.claim();
  await beats(at, 3 * MINUTE);
  await bob.claim();
  ada.cut(true);
  await beats(at, 2 * MINUTE);
  expect(isConfirmed(await ada.again(), ORDER, await ada.record())).toBe(true);
  await beats(at, 3 * MINUTE);
  expect(isConfirmed(await ada.again(), ORDER, await ada.record())).toBe(false);
  const seen = await bob.claim();
  for (let tries = 0; seen === 'held' && tries < 40 && (await bob.claim()) !== 'yours'; tries += 1) await beats(at, MINUTE);
  expect((await bob.record()).record).toMatchObject({ generation: 2, takenFrom: 'ada', holder: { key: 'bob' } });
  ada.cut(false);
  await beats(at, 2 * MINUTE);
  expect((await ada.record()).oid).toBe((await bob.record()).oid);
  const now = await ada.again();
  expect(unreportedLosses(now)).toEqual([expect.objectContaining({ order: ORDER, taker: 'bob', generation: 2 })]);
  expect(await release(now, [ORDER])).toMatchObject({ kind: 'refused', code: 'lost' });
});

test('where the remote cannot be read nobody is called silent, and nothing is taken', async () => {
  const { ada, bob } = await machines();
  await ada.claim();
  await bob.claim();
  bob.cut(true);
  bob.pass(60 * MINUTE);
  expect(await bob.sees()).toEqual({
    liveness: 'unknown',
    evidence: 'the remote was not read for 66m, on host host-ada, another clone',
  });
  await expect(bob.claim()).rejects.toMatchObject({ code: 'remote' });
  bob.cut(false);
  // Both ends of that hour were seen, and it was as silent in between.
  expect(await bob.claim()).toBe('held');
  expect((await bob.record()).record.challenge).toMatchObject({ by: 'bob' });
  // Without a cache it begins anew.
  for (const name of ['cache.db', 'cache.db-wal', 'cache.db-shm'])
    rmSync(join(bob.sandbox.repo, '.git/claim', name), { force: true });
  expect(await bob.claim()).toBe('held');
  bob.pass(6 * MINUTE);
  expect(await bob.claim()).toBe('held');
});

test('a clone that holds nothing beats nothing, and one whose session does nothing any more does not vouch for it', async () => {
  const at = await machines();
  const { ada, bob } = at;
  const beaten = () => ada.sandbox.git(['for-each-ref', 'refs/claims-remote/origin/beat']);
  await bob.claim('R-2');
  await beats(at, 5 * MINUTE);
  expect(beaten()).toBe('');
  await ada.claim();
  ada.pass(5 * 60 * MINUTE);
  await ada.beat();
  expect(beaten()).toBe('');
});

test('two clones with one id: the second to beat stops, says so, and goes on once it has an id of its own', async () => {
  const at = await machines();
  const { ada, bob } = at;
  const file = (one: Imagined) => join(one.sandbox.repo, '.git/claim/clone');
  await ada.claim();
  await beats(at, 3 * MINUTE);
  const { dev, ino, birthtimeNs } = statSync(join(bob.sandbox.repo, '.git'), { bigint: true });
  const [id] = readFileSync(file(ada), 'latin1').trim().split(' ');
  writeFileSync(file(bob), `${id} ${dev} ${ino} ${birthtimeNs}\n`);
  expect(await bob.claim('R-2')).toBe('yours');
  at.pass(3 * MINUTE);
  const before = ada.sandbox.git(['ls-remote', 'origin', 'refs/claims-beat/*']);
  await bob.beat();
  expect(ada.sandbox.git(['ls-remote', 'origin', 'refs/claims-beat/*'])).toBe(before);
  expect([(await bob.again()).shared?.isDoubled(), (await ada.again()).shared?.isDoubled()]).toEqual([true, false]);
  // Its claims were made under that name, and others cannot tell whose they are.
  rmSync(file(bob));
  expect(await bob.claim('R-3')).toBe('yours');
  at.pass(3 * MINUTE);
  await bob.beat();
  expect((await bob.again()).shared?.isDoubled()).toBe(false);
  expect(ada.sandbox.git(['ls-remote', '--refs', 'origin', 'refs/claims-beat/*']).split('\n')).toHaveLength(2);
});
