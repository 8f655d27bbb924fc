import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { SqliteCache } from '../../src/adapters/sqlite/cache.ts';
import { SqliteSightings } from '../../src/adapters/sqlite/sightings.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { OrderId } from '../../src/core/ids.ts';
import { chance } from '../support/chance.ts';
import { type Agent, helpersOf, startAgent } from '../support/living-sessions.ts';
import { Program } from '../support/program.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';
import { inParallel, until, untilQuiet } from '../support/sessions.ts';

/** The default lease, thirty times as fast. */
const LEASE = { heartbeat: '1s', staleAfter: '3s', grace: '1s', expireAfter: '6s' };
const EXPIRE_MS = 6_000;
const GRACE_MS = 1_000;
const DEAD_FOR_MS = GRACE_MS / 2;
/** A waiting session looks once a second. */
const WAIT_POLL_MS = 1_000;
/** How long commands usually take on a busy machine, and the longest that one of them may. */
const SLACK_MS = 10_000;
const SLACK_MS_MAX = 60_000;

const KILLS = 30;
/** Each helper starts Node once a second, thirty times as often as usual. */
const AT_ONCE = 13;
const DAY_MS = 86_400_000;

let program: Program;
beforeAll(async () => {
  program = await new Program().bundle('contender-program.ts');
});
afterAll(() => program.remove());

test(`${KILLS} sessions are killed: a contender takes each order soon, and none before its holder was dead for a while`, async () => {
  const scene = place('killed sessions');
  const waits = await inParallel(orders(KILLS), AT_ONCE, (order) => takenAfterMs(scene, order, 'session', 'sighted'));
  report('sessions killed, seen: taken after', waits);
  expectSoon(waits);
});

test(`${KILLS} helpers are killed: a living process protects its order, and where none can be seen the lease does`, async () => {
  const scene = place('killed helpers');
  const [seen, unseen] = halves(orders(KILLS));
  const kept = inParallel(seen, AT_ONCE, async (order) => {
    const agent = await scene.holder(order);
    await sleep(scene.chance.below(1_500));
    scene.killHelper(agent);
    await sleep(EXPIRE_MS + GRACE_MS);
    const refused = await scene.say('contender', '--no-worktree', order);
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining(`process ${agent.process.pid} runs`) });
    expect(await scene.say(agent, 'status')).toMatchObject({ code: 0 });
    await until(
      () => helpersOf(scene.sandbox, agent.name).length === 1,
      () => `no new helper for ${agent.name}`,
    );
  });
  const taken = inParallel(unseen, AT_ONCE, (order) => takenAfterMs(scene, order, 'helper', 'blind'));
  const [waits] = await Promise.all([taken, kept]);
  report('helpers killed, unseen: taken after', waits);
  expectWithinLease(waits);
});

test(`${KILLS} times session and helper are killed together: taken soon where that is seen, else after the lease`, async () => {
  const scene = place('killed together');
  const [seen, unseen] = halves(orders(KILLS));
  const [soon, late] = await Promise.all([
    inParallel(seen, AT_ONCE, (order) => takenAfterMs(scene, order, 'both', 'sighted')),
    inParallel(unseen, AT_ONCE, (order) => takenAfterMs(scene, order, 'both', 'blind')),
  ]);
  report('sessions and helpers killed, seen: taken after', soon);
  report('sessions and helpers killed, unseen: taken after', late);
  expectSoon(soon);
  expectWithinLease(late);
});

/** Three processes read two clocks in whole milliseconds. */
const CLOCKS_MS = 5;

type Scene = ReturnType<typeof place>;

/** Kills a holder while another session waits for its order; returns how long the other session still had to wait. */
async function takenAfterMs(
  scene: Scene,
  order: OrderId,
  victim: 'session' | 'helper' | 'both',
  sight: 'blind' | 'sighted',
): Promise<number> {
  const agent = await scene.holder(order);
  const taking = scene.waiting(order, sight);
  await sleep(scene.chance.below(1_500));
  const killedAtMs = now();
  if (victim !== 'helper') agent.end();
  if (victim !== 'session') scene.killHelper(agent);
  const beatAtMs = scene.lastBeatMs(order);
  const tookAtMs = await taking;
  const [sinceMs, leastMs] = sight === 'blind' ? [beatAtMs, EXPIRE_MS] : [killedAtMs, DEAD_FOR_MS];
  const story = `${order}: ${sight}, taken ${tookAtMs - killedAtMs} ms after the kill, ${tookAtMs - beatAtMs} ms after the last beat`;
  expect(tookAtMs - sinceMs, story).toBeGreaterThanOrEqual(leastMs - CLOCKS_MS);
  return tookAtMs - killedAtMs;
}

function expectSoon(waits: readonly number[]): void {
  expectWithin(waits, DEAD_FOR_MS + 2 * WAIT_POLL_MS);
}

function expectWithinLease(waits: readonly number[]): void {
  expectWithin(waits, EXPIRE_MS + GRACE_MS + 2 * WAIT_POLL_MS);
}

function expectWithin(waits: readonly number[], ms: number): void {
  const sorted = [...waits].sort((one, other) => one - other);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(ms + SLACK_MS);
  expect(sorted.at(-1)).toBeLessThan(ms + SLACK_MS_MAX);
}

function halves<T>(things: readonly T[]): [T[], T[]] {
  return [things.filter((_, at) => at % 2 === 0), things.filter((_, at) => at % 2 === 1)];
}

const HOLDERS = 10;
const CONTENDERS = 4;
const ATTEMPTS = 120;

test(`${ATTEMPTS} attempts on orders of living holders, while the cache is wiped and the machine is busy: none succeeds`, async () => {
  const scene = place('attempts');
  const held = orders(HOLDERS);
  for (const order of held) await scene.holder(order);
  await sleep(2_000);
  const busy = [1, 2].map(() => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
  try {
    let isOver = false;
    const tampering = scene.tamper(() => isOver);
    const attempts = await Promise.all(
      Array.from({ length: CONTENDERS }, (_, n) =>
        program.run(
          [
            scene.sandbox.repo,
            `rival-${n}`,
            n % 2 === 0 ? 'blind' : 'sighted',
            'attempt',
            String(ATTEMPTS / CONTENDERS),
            ...held,
          ],
          scene.sandbox.env,
        ),
      ),
    );
    isOver = true;
    const wipes = await tampering;
    expect(attempts.map(({ stdout, stderr }) => stdout + stderr)).toEqual(attempts.map(() => '{"stolen":[]}'));
    const answered = held.map((order) => scene.answers(order)).reduce((sum, count) => sum + count);
    console.log(`${ATTEMPTS} attempts beside ${wipes} wipes of the cache: ${answered} challenges answered`);
    expect(answered).toBeGreaterThan(0);
    expect(scene.generations()).toEqual(held.map(() => '1'));
  } finally {
    for (const one of busy) await stop(one);
  }
});

function place(name: string) {
  const sandbox = createSandbox();
  for (const [key, value] of Object.entries(LEASE)) sandbox.git(['config', `claim.${key}`, value]);
  const agents: Agent[] = [];
  onTestFinished(async () => {
    for (const one of agents) one.end();
    await untilQuiet(sandbox);
  }, 60_000);
  const say = (who: Agent | string, ...args: string[]) =>
    runCli(sandbox, args, { env: typeof who === 'string' ? { GIT_CLAIM_SESSION: who } : who.env });
  const commonDir = join(sandbox.repo, '.git');
  return {
    sandbox,
    say,
    chance: chance(name),
    /** Starts a session that holds the order and whose helper speaks for it. */
    async holder(order: OrderId): Promise<Agent> {
      const agent = startAgent(`holder-of-${order}`);
      agents.push(agent);
      expect(await say(agent, '--no-worktree', order)).toMatchObject({ code: 0 });
      expect(helpersOf(sandbox, agent.name)).toHaveLength(1);
      return agent;
    },
    killHelper: (agent: Agent) => {
      for (const helper of helpersOf(sandbox, agent.name)) {
        try {
          process.kill(helper, 'SIGKILL');
        } catch (error) {
          // The helper may have seen its session end meanwhile.
          if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
        }
      }
    },
    /** Waits for the order as another session; resolves to the time it was taken. */
    async waiting(order: OrderId, sight: 'blind' | 'sighted'): Promise<number> {
      const { stdout, stderr } = await program.run(
        [sandbox.repo, `rival-for-${order}`, sight, 'wait', '', order],
        sandbox.env as Record<string, string>,
      );
      if (stderr !== '') throw new Error(stderr);
      return (JSON.parse(stdout) as { tookAtMs: number }).tookAtMs;
    },
    lastBeatMs(order: OrderId): number {
      const cache = new SqliteCache(commonDir, DAY_MS);
      const seen = new SqliteSightings(cache).of([order]).get(order);
      cache.close();
      // On a slow machine the kill may come between a challenge or its answer, a new record, and the first beat for that.
      return seen === undefined ? now() : (seen.heartbeat ?? seen.silentSince).monoMs;
    },
    tamper: (isOver: () => boolean) => tamper(join(commonDir, 'claim', 'cache.db'), isOver),
    answers: (order: OrderId): number =>
      (sandbox.git(['show', '--no-patch', '--format=', `refs/claims/${order}`]).match(/^Action: answer$/gm) ?? []).length,
    generations: () =>
      sandbox
        .git(['for-each-ref', '--format=%(contents:trailers:key=Generation,valueonly)', 'refs/claims'])
        .split('\n')
        .filter((line) => line !== ''),
  };
}

/** Deletes, cuts or restores the cache in bursts, with quiet longer than a lease between them; counts what it did. */
async function tamper(file: string, isOver: () => boolean): Promise<number> {
  const old = `${file}.old`;
  const database = new Database(file);
  database.exec(`VACUUM INTO '${old.replaceAll("'", "''")}'`);
  database.close();
  const forget = () => {
    for (const name of ['', '-wal', '-shm']) rmSync(`${file}${name}`, { force: true });
  };
  const ways = [
    forget,
    () => statSync(file, { throwIfNoEntry: false }) && truncateSync(file, 5_000),
    () => {
      copyFileSync(old, `${file}.draft`);
      forget();
      renameSync(`${file}.draft`, file);
    },
  ];
  let count = 0;
  while (!isOver()) {
    for (let n = 0; n < 12 && !isOver(); n += 1) {
      (ways[count % ways.length] as () => void)();
      count += 1;
      await sleep(400);
    }
    // After a burst everybody continues with its last state.
    (ways[2] as () => void)();
    for (let waited = 0; waited < EXPIRE_MS + 2 * GRACE_MS && !isOver(); waited += 200) await sleep(200);
  }
  return count;
}

async function stop(child: ChildProcess): Promise<void> {
  const closed = new Promise((done) => child.once('close', done));
  child.kill('SIGKILL');
  await closed;
}

function orders(count: number): OrderId[] {
  return Array.from({ length: count }, (_, n) => `ORDER-${n + 1}` as OrderId);
}

function now(): number {
  return systemClock.now().monoMs;
}

function report(what: string, waits: readonly number[]): void {
  const sorted = [...waits].sort((one, other) => one - other);
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] as number);
  console.log(`${sorted.length} ${what} ${at(0)} ms, ${at(0.5)} ms, ${at(1)} ms (least, median, most)`);
}
