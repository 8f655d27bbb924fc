import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { SqliteCache } from '../../src/adapters/sqlite/cache.ts';
import { SqlitePresence } from '../../src/adapters/sqlite/presence.ts';
import type { SessionView } from '../../src/core/session/view.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, PACKAGE, type Sandbox } from '../support/sandbox.ts';
import { untilQuiet } from '../support/sessions.ts';

const LEASE = { heartbeat: '300ms', staleAfter: '60s', grace: '30s', expireAfter: '90s' };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

test('a session says who it is and what it works on, and sees who else is here', async () => {
  const { say } = place();
  expect((await say('alice', 'session', 'start', '--title', 'fix the\nlogin\u001b[31m', '--linear', 'eng-7')).stdout).toMatch(
    /^you are alice, here since .* \(its process is not watched\)\n {2}works on {2}ENG-7 {2}fix the login \[31m\nnobody else is here\n$/,
  );
  await say('alice', '--no-worktree', 'ORDER-1', 'ORDER-2');
  expect((await say('bob', 'session', 'start')).stdout).toMatch(
    /1 other is here\nalice +person +unknown +ORDER-1 ORDER-2 +seen .* here +ENG-7 {2}fix the login/,
  );
  await say('zoe', 'session', 'end');
  expect((await say('alice', 'hand', 'ORDER-1', '--to', 'zoe')).stderr).toBe(
    'error: the session zoe has ended\n  hint    sessions seen here: bob\n',
  );
  expect((await say('bob', 'session', 'start')).stdout).not.toContain('zoe');
  await say('alice', 'session', 'end');
  expect((await say('bob', 'session', 'start')).stdout).toMatch(
    /nobody else is here, and 1 left orders behind\nalice +person +ended .* ORDER-1 ORDER-2 /,
  );
  expect(await sessions(say, 'bob')).toMatchObject([
    { session: 'alice', key: 'alice', mine: false, title: 'fix the login [31m', linear: 'ENG-7', orders: ['ORDER-1', 'ORDER-2'] },
    { session: 'bob', mine: true, title: null, orders: [] },
  ]);
  expect((await say('bob', 'session', '--all')).stdout).toMatch(/^zoe +person +ended /m);
});

test('every command registers whoever runs it, also one that is refused', async () => {
  const { say } = place();
  await say('zoe', '--no-worktree', 'ORDER-1');
  const commands = [
    ...[['status'], ['status', 'ORDER-1'], ['list'], ['log'], ['log', 'ORDER-1'], ['worktree', 'list'], ['worktree', 'prune']],
    ...[['ORDER-1'], ['renew', 'ORDER-1'], ['hand', 'ORDER-1', '--to', 'zoe'], ['worktree', 'remove', 'ORDER-1'], ['session']],
  ];
  await Promise.all(commands.map((words, at) => say(`s-${at}`, ...words)));
  const here = (await sessions(say, 'zoe')).map(({ session }) => String(session));
  expect(here.sort()).toEqual([...commands.map((_, at) => `s-${at}`), 'zoe'].sort());
});

test('a session that ended, or whose process did, is listed with --all only, unless it holds something; an unknown one for an hour', async () => {
  const { sandbox, say } = place();
  const anchor = process();
  await say('gone', 'session', 'start', '--anchor', String(anchor.pid));
  await say('over', 'session', 'start');
  await say('over', 'session', 'end');
  await say('holder', '--no-worktree', 'ORDER-1');
  expect(await say('holder', 'session', 'end')).toMatchObject({
    stdout: expect.stringContaining('git claim release ORDER-1, if the work is over'),
  });
  expect(await liveness(say)).toEqual({ gone: 'live', holder: 'ended', onlooker: 'unknown' });
  anchor.kill('SIGKILL');
  await once(anchor, 'exit');
  expect(await liveness(say)).toEqual({ holder: 'ended', onlooker: 'unknown' });
  expect(await liveness(say, '--all')).toMatchObject({ gone: 'dead', over: 'ended', holder: 'ended' });
  await say('passer-by', 'status');
  expect(await liveness(say)).toMatchObject({ 'passer-by': 'unknown' });

  setBack(sandbox, HOUR_MS);
  expect(Object.keys(await liveness(say)).sort()).toEqual(['holder', 'onlooker']);
  expect(Object.keys(await liveness(say, '--all')).sort()).toEqual(['gone', 'holder', 'onlooker', 'over', 'passer-by']);
  await say('over', 'status');
  expect(await liveness(say)).toMatchObject({ over: 'unknown' });
});

test('the hook of an agent names the session by the key that its shells have', async () => {
  const { sandbox, say } = place();
  const id = '7f3a217b-0000-4000-8000-000000000000';
  const hook = {
    session_id: id,
    transcript_path: '/h/.claude/p/x.jsonl',
    hook_event_name: 'SessionStart',
    session_title: 'login',
  };
  const started = await runCli(sandbox, ['session', 'start', '--json'], { input: JSON.stringify(hook) });
  expect(JSON.parse(started.stdout).sessions).toMatchObject([{ session: 'claude-7f3a21', key: `claude:${id}`, title: 'login' }]);
  await say(`claude:${id}`, '--no-worktree', 'ORDER-1');
  expect(await sessions(say, 'zoe')).toMatchObject([
    { key: `claude:${id}`, title: 'login', orders: ['ORDER-1'] },
    { key: 'zoe' },
  ]);
  const end = await runCli(sandbox, ['session', 'end'], { input: JSON.stringify({ ...hook, reason: 'other' }) });
  expect(end.stdout).toContain('claude-7f3a21 has ended');
});

test.each([
  ['no document', 'hello\n'],
  ['an endless one', `{"session_id":"${'x'.repeat(100_000)}"}`],
])('what is %s on standard input names nobody', async (_, input) => {
  const { sandbox } = place();
  expect(await runCli(sandbox, ['session', 'start'], { input })).toMatchObject({ code: 129 });
});

test('a pipe that nobody writes to keeps nobody waiting', async () => {
  const { sandbox } = place();
  const child = spawn(join(PACKAGE, 'bin/git-claim'), ['session', 'start'], {
    cwd: sandbox.repo,
    env: { ...sandbox.env, GIT_CLAIM_SESSION: 'alice' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});

test("a guest in an agent's tree leaves that session's presence as it is", async () => {
  const { sandbox, say } = place();
  const anchor = process();
  await say('alice', '--no-worktree', 'ORDER-1', '--anchor', String(anchor.pid));
  const [before] = await sessions(say, 'onlooker');
  await runCli(sandbox, ['status']);
  expect((await sessions(say, 'onlooker'))[0]).toEqual(before);
});

test('a command that needs no session is done whatever anchor is named', async () => {
  const { sandbox, say } = place();
  await say('alice', '--no-worktree', 'ORDER-1');
  const env = { GIT_CLAIM_SESSION: 'bob', GIT_CLAIM_ANCHOR: '999999999' };
  expect(await runCli(sandbox, ['worktree', 'prune'], { env })).toMatchObject({ code: 0 });
  expect(await runCli(sandbox, ['renew', 'ORDER-1'], { env })).toMatchObject({ code: 129 });
});

test('a guest neither begins nor ends the session it speaks for', async () => {
  const { sandbox, say } = place();
  await say('alice', '--no-worktree', 'ORDER-1');
  for (const verb of ['start', 'end'])
    expect(await runCli(sandbox, ['session', verb])).toMatchObject({
      code: 129,
      stderr: expect.stringContaining('a guest in the worktree of alice'),
    });
});

test('what is no Linear issue is bad usage', async () => {
  const { say } = place();
  expect(await say('alice', 'session', 'start', '--linear', '$(id)')).toMatchObject({
    code: 129,
    stderr: expect.stringContaining('"$(id)" is not a Linear issue'),
  });
});

type Say = (who: string, ...args: string[]) => ReturnType<typeof runCli>;

function place() {
  const sandbox = createSandbox();
  // A helper looks for its anchor three times a beat.
  for (const [key, value] of Object.entries(LEASE)) sandbox.git(['config', `claim.${key}`, value]);
  ended.push(() => untilQuiet(sandbox));
  const say: Say = (who, ...args) => runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: who } });
  return { sandbox, say };
}

/** Starts a process that plays an agent and ends with the test. */
function process(): ChildProcess {
  const child = spawn('sleep', ['300'], { stdio: 'ignore', env: {} });
  ended.unshift(async () => void child.kill('SIGKILL'));
  return child;
}

async function sessions(say: Say, who: string, ...options: string[]): Promise<SessionView[]> {
  return JSON.parse((await say(who, 'session', 'list', '--json', ...options)).stdout).sessions;
}

async function liveness(say: Say, ...options: string[]): Promise<Record<string, string>> {
  return Object.fromEntries((await sessions(say, 'onlooker', ...options)).map((one) => [one.session, one.liveness]));
}

/** Makes every session's last command this much older. */
function setBack(sandbox: Sandbox, ms: number): void {
  const cache = new SqliteCache(join(sandbox.repo, '.git'), DAY_MS);
  const presence = new SqlitePresence(cache);
  const earlier = (instant: string) => new Date(Date.parse(instant) - ms).toISOString().replace(/\.\d+/, '');
  for (const one of presence.sessions()) {
    const endedAt = one.endedAt === null ? null : earlier(one.endedAt);
    presence.register({ ...one, lastSeenAt: earlier(one.lastSeenAt), endedAt });
  }
  cache.close();
}
