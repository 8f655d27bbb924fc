import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { SqliteCache } from '../../src/adapters/sqlite/cache.ts';
import { SqlitePresence } from '../../src/adapters/sqlite/presence.ts';
import { systemProcessTable } from '../../src/adapters/system/process-table.ts';
import { POLLS_A_BEAT } from '../../src/core/record/lease.ts';
import type { ProcessInfo } from '../../src/core/session/process.ts';
import { type Agent, helpersOf, startAgent, statOf } from '../support/living-sessions.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { createSandbox, PACKAGE, type Sandbox } from '../support/sandbox.ts';
import { processesOf, until, untilQuiet } from '../support/sessions.ts';

/** The default lease, thirty times as fast. */
const LEASE = { heartbeat: '1s', staleAfter: '3s', grace: '1s', expireAfter: '6s' };

const DAY_MS = 86_400_000;

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

test('a session has one helper, confirmed before its claim is, however many claims it has and however it makes them', async () => {
  const { sandbox, agent, say } = place();
  const alice = agent('alice');
  expect((await say(alice, 'ORDER-1')).stdout).toContain('ORDER-1 is yours (generation 1, lease 6s, renewed every 1s)');
  const first = helpersOf(sandbox);
  expect(first).toHaveLength(1);
  await Promise.all(['ORDER-2', 'ORDER-3', 'ORDER-4'].map((order) => say(alice, '--no-worktree', order)));
  expect(helpersOf(sandbox)).toEqual(first);
  const bob = agent('bob');
  await Promise.all(['ORDER-5', 'ORDER-6'].map((order) => say(bob, '--no-worktree', order)));
  await until(
    () => helpersOf(sandbox).length === 2,
    () => `${helpersOf(sandbox).length} helpers`,
  );
});

test('it is detached, holds nothing of whoever started it, and keeps no worktree busy', async () => {
  const { sandbox, agent, say } = place();
  await say(agent('alice', { SECRET: 'hunter2', GIT_DIR: undefined }), 'ORDER-1');
  const [pid] = helpersOf(sandbox) as [number];
  expect(statOf(pid)).toMatchObject({ session: pid, terminal: '0' });
  const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
  expect(environment).not.toMatch(/hunter2|GIT_CLAIM/);
  sandbox.git(['worktree', 'unlock', join(sandbox.dir, 'my äpp.claims', 'ORDER-1')]);
  sandbox.git(['worktree', 'remove', join(sandbox.dir, 'my äpp.claims', 'ORDER-1')]);
});

test('a lock that a script holds while it claims is not held for as long as the session lives', async () => {
  const { sandbox, agent } = place();
  const lock = join(sandbox.dir, 'lock');
  const nothing = Array.from({ length: 40 }, () => 'ignore' as const);
  const stdio = [...nothing, openSync(lock, 'w')];
  const env = { ...sandbox.env, ...agent('alice').env };
  const claiming = spawn('git', ['claim', '--no-worktree', 'ORDER-1'], { cwd: sandbox.repo, env, stdio, detached: true });
  expect(await once(claiming, 'close')).toEqual([0, null]);
  const [pid] = helpersOf(sandbox) as [number];
  const files = readdirSync(`/proc/${pid}/fd`).map((file) => readlinkSync(`/proc/${pid}/fd/${file}`));
  expect(files).not.toContain(lock);
});

test('a session that holds paths alone has a helper too, which answers for them', async () => {
  const { sandbox, agent, say } = place();
  const alice = agent('alice');
  await say(alice, 'path', 'src/a b', '--ttl', '3s');
  expect(helpersOf(sandbox)).toHaveLength(1);
  const ref = 'refs/claim-paths/src/a%20b';
  const record = sandbox.git(['cat-file', 'tag', ref]);
  const asked = record.replace(/^Lease: .*$/m, (lease) => `${lease}\nChallenge: bob ${'0'.repeat(32)}`);
  const challenge = execFileSync('git', ['mktag'], {
    cwd: sandbox.repo,
    env: sandbox.env,
    input: `${asked}\n`,
    encoding: 'utf8',
  });
  sandbox.git(['update-ref', ref, challenge.trim()]);
  await until(
    () => sandbox.git(['cat-file', 'tag', ref]).includes('\nAction: answer\n'),
    () => sandbox.git(['cat-file', 'tag', ref]),
  );
  await say(alice, 'path', '--release', 'src/a b');
  await until(
    () => helpersOf(sandbox).length === 0,
    () => 'the helper has nothing left, and goes on',
  );
});

test('without a process to watch there is no helper, and the lease is the longer one', async () => {
  const { sandbox, say } = place({});
  expect((await say({ GIT_CLAIM_SESSION: 'alice' }, 'ORDER-1')).stdout).toContain('lease 5m, renewed by each of your commands');
  expect(helpersOf(sandbox)).toEqual([]);
  const there = place({});
  expect((await there.say(there.agent('alice'), 'ORDER-1')).stdout).toContain('lease 3m, renewed every 30s');
  for (const helper of helpersOf(there.sandbox)) process.kill(helper, 'SIGTERM');
});

test('a helper that does not come costs the short lease, and that is said', async () => {
  const { sandbox, agent, say } = place({});
  sandbox.git(['-c', 'alias.x=!mkdir -p .git/claim && touch .git/claim/heartbeat', 'x']);
  const claimed = await say(agent('alice'), 'ORDER-1');
  expect(claimed).toMatchObject({ code: 0, stdout: expect.stringContaining('lease 5m, renewed by each of your commands') });
  expect(claimed.stderr).toContain('warning: the heartbeat helper gave no sign of life');
});

test('it beats, also into a cache that is new, and for a claim that was handed over', async () => {
  const { sandbox, agent, say } = place();
  const [alice, bob] = [agent('alice'), agent('bob')];
  await say(alice, 'ORDER-1');
  const claimed = await viewOf(say, 'ORDER-1');
  await eventually(async () => heartbeatMs(await viewOf(say, 'ORDER-1')) > Date.parse(claimed.claimedAt));
  expect((await viewOf(say, 'ORDER-1')).activityAt).toBe(claimed.activityAt);

  rmSync(join(sandbox.repo, '.git', 'claim'), { recursive: true });
  await eventually(async () => (await viewOf(say, 'ORDER-1')).heartbeatAt !== null);
  expect(helpersOf(sandbox)).toHaveLength(1);

  await say(bob);
  expect(await say(alice, 'hand', 'ORDER-1', '--to', 'bob')).toMatchObject({ code: 0 });
  const handed = await viewOf(say, 'ORDER-1');
  await eventually(async () => heartbeatMs(await viewOf(say, 'ORDER-1')) > heartbeatMs(handed));
  await until(
    () => helpersOf(sandbox).length === 1,
    () => 'the helper of a session that holds nothing stays',
  );
});

test('a helper makes its folder again, but not while the repository may be on its way out', async () => {
  const { sandbox, agent, say } = place();
  await say(agent('alice'), 'ORDER-1');
  const folder = join(sandbox.repo, '.git/claim');
  const removedAt = performance.now();
  rmSync(folder, { recursive: true });
  while (!existsSync(folder)) await sleep(5);
  // A whole pause between two looks.
  expect(performance.now() - removedAt).toBeGreaterThan(1_000 / POLLS_A_BEAT);
  rmSync(join(sandbox.repo, '.git/HEAD'));
  rmSync(folder, { recursive: true });
  await until(
    () => helpersOf(sandbox).length === 0,
    () => 'the helper stays without a repository',
  );
  expect(existsSync(folder)).toBe(false);
});

test('a challenge is answered, and the worktree knows the answer', async () => {
  const { sandbox, agent, say } = place();
  sandbox.git(['config', '--global', 'safe.bareRepository', 'explicit']);
  await say(agent('-alice'), 'ORDER-1');
  const claimed = await viewOf(say, 'ORDER-1');
  await eventually(async () => heartbeatMs(await viewOf(say, 'ORDER-1')) > Date.parse(claimed.claimedAt));
  challenge(sandbox, 'ORDER-1');
  const asked = oidOf(sandbox);
  await until(
    () => oidOf(sandbox) !== asked,
    () => 'no answer',
  );
  expect(sandbox.git(['for-each-ref', '--format=%(contents)', 'refs/claims'])).not.toContain('Challenge:');
  expect(sandbox.git(['for-each-ref', '--format=%(contents:trailers:key=Generation,valueonly)', 'refs/claims']).trim()).toBe('1');
  const binding = join(sandbox.repo, '.git', 'worktrees', 'ORDER-1', 'claim', 'binding');
  await until(
    () => readFileSync(binding, 'utf8').includes(oidOf(sandbox)),
    () => readFileSync(binding, 'utf8'),
  );
});

test("another session's helper asks a silent holder, so that whoever wants the order or the path finds the question asked", async () => {
  const { sandbox, agent, say } = place({ heartbeat: '300ms', staleAfter: '900ms', grace: '300ms', expireAfter: '1500ms' });
  await say({ GIT_CLAIM_SESSION: 'alice' }, 'path', 'src', '--ttl', '2s');
  await say({ GIT_CLAIM_SESSION: 'alice' }, '--no-worktree', 'ORDER-1');
  await say(agent('bob'), '--no-worktree', 'ORDER-2');
  const records = () => ['claims/ORDER-1', 'claim-paths/src'].map((ref) => sandbox.git(['cat-file', 'tag', `refs/${ref}`]));
  await until(
    () => records().every((record) => record.includes('Challenge: bob ')),
    () => 'no challenge',
  );
  await sleep(2_000);
  for (const record of records()) expect(record).toContain('Session: alice');
  expect(await say({ GIT_CLAIM_SESSION: 'carol' }, 'path', 'src')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('no answer to a challenge for'),
  });
  expect(await say({ GIT_CLAIM_SESSION: 'carol' }, '--no-worktree', 'ORDER-1')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('no answer to a challenge for'),
  });
});

test('it ends with its anchor and says that the session did, and it ends with the last claim', async () => {
  const { sandbox, agent, say } = place();
  const [alice, bob] = [agent('alice'), agent('bob')];
  await say(alice, 'ORDER-1');
  await say(bob, 'ORDER-2');
  await say(bob, 'release', 'ORDER-2');
  await until(
    () => helpersOf(sandbox).length === 1,
    () => 'a helper outlives the last claim',
  );
  await say(agent('carol'), 'ORDER-3');
  alice.end();
  await until(
    () => helpersOf(sandbox).length === 1,
    () => 'a helper outlives its anchor',
  );
  const cache = new SqliteCache(join(sandbox.repo, '.git'), DAY_MS);
  const sessions = new Map(new SqlitePresence(cache).sessions().map(({ id, endedAt }) => [String(id), endedAt]));
  cache.close();
  expect(sessions.get('alice')).toMatch(/^\d{4}-/);
  expect(sessions.get('carol')).toBeNull();
});

test('it packs claims once many have a file each, and keeps the rows that hooks read', async () => {
  const { sandbox, agent, say } = place();
  await say(agent('alice'), 'ORDER-1');
  const oid = oidOf(sandbox);
  for (let at = 0; at < 700; at += 1) writeFileSync(join(sandbox.repo, `.git/refs/claims/WORK-${at}`), `${oid}\n`);
  const rows = join(sandbox.repo, '.git/claim/rows/live');
  await until(
    () => existsSync(rows),
    () => 'no rows are kept',
  );
  expect(readdirSync(join(sandbox.repo, '.git/refs/claims'))).toEqual([]);
  expect(readFileSync(rows, 'utf8')).toMatch(/ refs\/claims\/ORDER-1 State: active .*\n(.*\n)*whole\n$/);
});

test('a helper that was killed is replaced by the next command', async () => {
  const { sandbox, agent, say } = place();
  const alice = agent('alice');
  await say(alice, 'ORDER-1');
  for (const words of [[], ['renew', 'ORDER-1'], ['ORDER-1'], ['block', 'ORDER-1', '--reason', 'x']]) {
    const [killed] = helpersOf(sandbox) as [number];
    process.kill(killed, 'SIGKILL');
    expect(await say(alice, ...words)).toMatchObject({ code: 0 });
    await until(
      () => helpersOf(sandbox).length === 1 && !helpersOf(sandbox).includes(killed),
      () => `no new helper after ${words.join(' ')}`,
    );
  }
});

test('of helpers that are started at once, one stays from the first moment on', async () => {
  const { sandbox, agent } = place({ heartbeat: '30s', staleAfter: '90s', grace: '30s', expireAfter: '180s' });
  const alice = agent('alice');
  const table = systemProcessTable();
  const { start } = table.find(alice.process.pid as number) as ProcessInfo;
  const words = ['name', '', `${alice.process.pid}@${start}/${table.ns}`, '10', 'refs/claims/', 'alice'];
  mkdirSync(join(sandbox.repo, '.git/claim/heartbeat'), { recursive: true });
  const started = Array.from({ length: 5 }, () =>
    spawn('/bin/sh', [join(PACKAGE, 'bin/heartbeat.sh'), ...words], {
      cwd: join(sandbox.repo, '.git'),
      env: sandbox.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  await Promise.all(started.map(async ({ stdout }) => expect(String((await once(stdout, 'data'))[0])).toBe('ready\n')));
  await until(
    () => helpersOf(sandbox).length === 1,
    () => `${helpersOf(sandbox).length} helpers`,
  );
  const [only] = helpersOf(sandbox) as [number];
  expect(readFileSync(join(sandbox.repo, '.git/claim/heartbeat/name'), 'utf8')).toMatch(new RegExp(`^${only}/`));
  process.kill(only, 'SIGTERM');
});

test('asked to end, it ends at once and leaves nothing', async () => {
  const { sandbox, agent, say } = place();
  const alice = agent('alice');
  await say(alice, 'ORDER-1');
  process.kill(helpersOf(sandbox)[0] as number, 'SIGTERM');
  await until(
    () => processesOf(sandbox).filter((line) => !line.includes('anchor')).length === 0,
    () => processesOf(sandbox).join('; '),
  );
  expect(readdirSync(join(sandbox.repo, '.git', 'claim', 'heartbeat'))).toEqual([]);
});

test('an idle session is shown so and kept; one that is forgotten is challenged, taken and hears of it', async () => {
  const { agent, say } = place({
    ...LEASE,
    idleAfter: '1s',
    maxIdle: '3s',
    heartbeat: '300ms',
    staleAfter: '900ms',
    grace: '300ms',
    expireAfter: '1500ms',
  });
  const [alice, bob] = [agent('alice'), agent('bob')];
  await say(alice, 'ORDER-1');
  await eventually(async () => (await viewOf(say, 'ORDER-1')).idle);
  expect((await viewOf(say, 'ORDER-1')).evidence).toMatch(/process \d+ runs, last heartbeat 0s ago, idle for/);
  expect((await say(bob, 'list')).stdout).toContain('active, idle');
  expect(await say(bob, 'ORDER-1')).toMatchObject({ code: 3 });
  expect(await say(bob, '--wait', 'ORDER-1')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('from alice: silent for'),
  });
  expect((await say(alice)).stderr).toContain('you lost ORDER-1 to bob');
});

test('a session stopped for longer than its lease is taken over once its process protects nothing; woken up, it cannot go on', async () => {
  const { sandbox, agent, say } = place({
    ...LEASE,
    idleAfter: '1s',
    maxIdle: '2s',
    heartbeat: '300ms',
    staleAfter: '900ms',
    grace: '300ms',
    expireAfter: '1500ms',
  });
  const [alice, bob] = [agent('alice'), agent('bob')];
  await say(alice, 'ORDER-1');
  const [helper] = helpersOf(sandbox) as [number];
  process.kill(helper, 'SIGSTOP');
  alice.process.kill('SIGSTOP');
  expect(await say(bob, '--wait', 'ORDER-1')).toMatchObject({ code: 0 });
  process.kill(helper, 'SIGCONT');
  alice.process.kill('SIGCONT');
  expect(await say(alice, 'renew', 'ORDER-1')).toMatchObject({ code: 4 });
  expect(await say(alice, 'complete', 'ORDER-1')).toMatchObject({ code: 4, stderr: expect.stringContaining('bob holds it') });
  await until(
    () => !helpersOf(sandbox).includes(helper),
    () => 'the helper of the old holder stays',
  );
});

type Say = (who: Agent | Readonly<Record<string, string>>, ...args: string[]) => Promise<CliResult>;

/** A repository, and sessions that end with the test. */
function place(config: Readonly<Record<string, string>> = LEASE) {
  const sandbox = createSandbox();
  for (const [key, value] of Object.entries(config)) sandbox.git(['config', `claim.${key}`, value]);
  const agents: Agent[] = [];
  ended.push(async () => {
    for (const one of agents) one.end();
    await untilQuiet(sandbox);
  });
  const agent = (name: string, env: Record<string, string | undefined> = {}): Agent => {
    const one = startAgent(name, env);
    agents.push(one);
    return one;
  };
  const say: Say = (who, ...args) => runCli(sandbox, args, { env: isAgent(who) ? who.env : who });
  return { sandbox, agent, say };
}

function isAgent(who: Agent | Readonly<Record<string, string>>): who is Agent {
  return typeof who['process'] === 'object';
}

/** Challenges the claim, as a session does that sees no sign of life. */
function challenge(sandbox: Sandbox, order: string): void {
  const ref = `refs/claims/${order}`;
  const old = sandbox.git(['rev-parse', ref]);
  const nonce = 'c'.repeat(32);
  const record = sandbox
    .git(['cat-file', 'tag', ref])
    .replace(/^object .*\ntype .*$/m, `object ${old}\ntype tag`)
    .replace(/^Action: .*$/m, 'Action: challenge')
    .replace(/^Nonce: .*$/m, `Nonce: ${nonce}`)
    .replace(/^Lease: .*$/m, (line) => `${line}\nChallenge: bob ${nonce}`);
  const { repo: cwd, env } = sandbox;
  const oid = execFileSync('git', ['mktag', '--no-strict'], { cwd, env, input: `${record}\n`, encoding: 'utf8' }).trim();
  sandbox.git(['update-ref', ref, oid, old]);
}

function oidOf(sandbox: Sandbox): string {
  return sandbox.git(['rev-parse', 'refs/claims/ORDER-1']);
}

type View = { claimedAt: string; heartbeatAt: string | null; activityAt: string | null; idle: boolean; evidence: string };

/** Looks as a stranger: that is not a sign of life of the holder. */
async function viewOf(say: Say, order: string): Promise<View> {
  const { stdout } = await say({ GIT_CLAIM_SESSION: 'onlooker' }, 'status', order, '--json');
  return JSON.parse(stdout).claims[0] as View;
}

function heartbeatMs(view: View): number {
  return Date.parse(view.heartbeatAt ?? '');
}

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  await vi.waitFor(async () => expect(await isSo()).toBe(true), { timeout: 20_000, interval: 50 });
}
