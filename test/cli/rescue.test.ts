import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type Agent, startAgent } from '../support/living-sessions.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';
import { untilQuiet } from '../support/sessions.ts';

const LEASE = { heartbeat: '300ms', staleAfter: '600ms', grace: '400ms', expireAfter: '1200ms' };

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

test.each([[['ORDER-9', '--no-worktree']], [['log']], [['session']], [['release', 'ORDER-1']]])(
  'whoever lost a claim hears of it once at %j',
  async (command) => {
    const { say } = await lost();
    const first = await say('alice', ...command);
    expect(
      first.stderr.match(/warning: you lost ORDER-1 to bob at .*: process \d+ exited.*git claim rescue ORDER-1 keeps it/g),
    ).toHaveLength(1);
  },
);

test('a text says it once, that of the very order each time, and a document as long as it is so', async () => {
  const { sandbox, say } = await lost();
  const hears = async (...args: string[]) => (await say('alice', ...args)).stderr.includes('you lost ORDER-1 to bob');
  const commands = [['status'], ['status'], ['list'], ['check'], ['next'], ['status', 'ORDER-1'], ['status', 'ORDER-1']];
  const heard: boolean[] = [];
  for (const args of commands) heard.push(await hears(...args));
  expect(heard).toEqual([true, false, false, false, false, true, true]);
  expect(JSON.parse((await say('alice', 'list', '--json')).stdout).warnings).toMatchObject([{ code: 'lost' }]);
  for (const name of ['', '-wal', '-shm']) rmSync(join(sandbox.repo, `.git/claim/cache.db${name}`), { force: true });
  expect([await hears('list'), await hears('list')]).toEqual([true, false]);
});

test('it is told by programs too, where the document has a place for it, and once', async () => {
  const { say } = await lost();
  const warned = async () => JSON.parse((await say('alice', 'log', '--json')).stdout).warnings;
  await say('alice', 'ORDER-1', '--json');
  expect(await warned()).toMatchObject([{ code: 'lost' }]);
  expect(await warned()).toEqual([]);
});

test("a loser's helper hears of it without a cache that was told", async () => {
  const { sandbox, say, agent } = place();
  const alice = agent('alice');
  await say(alice, '--no-worktree', 'ORDER-1', 'ORDER-2');
  const ref = 'refs/claims/ORDER-1';
  const record = sandbox
    .git(['cat-file', 'tag', ref])
    .replace(/^Action: .*$/m, 'Action: take')
    .replace(/^Generation: .*$/m, 'Generation: 2')
    .replace(/^Session(-Key)?: .*$/gm, 'Session$1: bob')
    .replace(/^Anchor: .*\n/m, '')
    .replace(/^Lease: .*$/m, (line) => `${line}\nTaken-From: alice`);
  writeFileSync(join(sandbox.dir, 'record'), `${record}\n`);
  const oid = sandbox.git(['hash-object', '-t', 'tag', '-w', '--literally', join(sandbox.dir, 'record')]);
  sandbox.git(['update-ref', ref, oid]);
  await sleep(900);
  expect((await say(alice, 'log')).stderr).toContain('warning: you lost ORDER-1 to bob');
});

test('the work of a lost claim is kept under a ref, once, and nothing else is touched', async () => {
  const { sandbox, say, tree } = await lost();
  const before = [sandbox.git(['status', '--porcelain'], tree), sandbox.git(['for-each-ref', 'refs/heads', 'refs/claims'])];
  const rescued = await say('alice', 'rescue');
  expect(rescued.stdout).toMatch(
    /^the work on ORDER-1 is kept as (refs\/claim-rescue\/ORDER-1\/\w+)\n {2}taken {5}by bob since .*: process \d+ exited.*\n {2}from {6}\.\.\S*.*ORDER-1\n {2}shared {4}bob works in that worktree.*\n {2}look .*\n {2}continue .*\n$/,
  );
  const ref = /refs\/claim-rescue\S+/.exec(rescued.stdout)?.[0] as string;
  expect(sandbox.git(['show', `${ref}:notes`])).toBe('half done');
  expect(sandbox.git(['log', '--format=%s', ref])).toMatch(/^work on ORDER-1 saved by git-claim\nalice's commit\n/);
  expect([sandbox.git(['status', '--porcelain'], tree), sandbox.git(['for-each-ref', 'refs/heads', 'refs/claims'])]).toEqual(
    before,
  );
  expect(await say('alice', 'rescue', 'ORDER-1')).toMatchObject({ stdout: expect.stringContaining(`kept as ${ref}\n`) });
});

test('where the taker went on in the tree, the commits of the loser are kept as they stood; where it is gone, they alone', async () => {
  const { sandbox, say, tree } = await lost();
  sandbox.git(['reset', '--quiet', '--hard', 'main'], tree);
  sandbox.git(['commit', '--quiet', '--allow-empty', '--message', "bob's commit"], tree);
  const { rescued } = JSON.parse((await say('alice', 'rescue', '--json')).stdout);
  expect(rescued).toMatchObject({ isShared: true, takenBy: 'bob', worktree: tree });
  expect(sandbox.git(['log', '--format=%s', rescued.ref])).toContain("bob's commit");
  expect(sandbox.git(['log', '--format=%s', rescued.commitsRef])).toMatch(/^alice's commit\n/);
  sandbox.git(['worktree', 'unlock', tree]);
  sandbox.git(['worktree', 'remove', '--force', tree]);
  const again = JSON.parse((await say('alice', 'rescue', '--json')).stdout);
  expect(again.rescued).toMatchObject({ worktree: null, commitsRef: null, ref: rescued.commitsRef });
});

test('there is nothing to rescue for whoever lost nothing', async () => {
  const { say, sandbox } = await lost();
  expect(await say('bob', 'rescue')).toMatchObject({
    code: 129,
    stderr: expect.stringContaining('nobody holds an order that was taken from you'),
  });
  expect(await say('bob', 'rescue', 'ORDER-3')).toMatchObject({ code: 4 });
  await say('bob', 'release', 'ORDER-1');
  await say('alice', 'ORDER-1');
  expect(await say('alice', 'rescue', 'ORDER-1')).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('ORDER-1 was not taken from you'),
  });
  expect(sandbox.git(['for-each-ref', 'refs/claim-rescue'])).toBe('');
});

function place() {
  const sandbox = createSandbox();
  ended.push(() => untilQuiet(sandbox));
  for (const [key, value] of Object.entries(LEASE)) sandbox.git(['config', `claim.${key}`, value]);
  const agent = (name: string): Agent => {
    const one = startAgent(name);
    ended.unshift(async () => one.end());
    return one;
  };
  const say = (who: string | Agent, ...args: string[]) =>
    runCli(sandbox, args, { env: typeof who === 'string' ? { GIT_CLAIM_SESSION: who } : who.env });
  return { sandbox, say, agent, tree: join(sandbox.dir, 'my äpp.claims', 'ORDER-1') };
}

/** Alice's process ended with work in her worktree, and bob took her order. */
async function lost() {
  const here = place();
  const alice = here.agent('alice');
  await here.say(alice, 'ORDER-1');
  writeFileSync(join(here.tree, 'notes'), 'half done');
  here.sandbox.git(['commit', '--quiet', '--allow-empty', '--message', "alice's commit"], here.tree);
  const gone = new Promise((done) => alice.process.once('exit', done));
  alice.end();
  await gone;
  expect(await here.say('bob', '--wait', 'ORDER-1')).toMatchObject({ code: 0 });
  return here;
}

test('the worktree in which one stands says which order is meant, also when its new holder is done with it', async () => {
  const { sandbox, say, tree } = await lost();
  const alice = { env: { GIT_CLAIM_SESSION: 'alice' }, cwd: tree };
  sandbox.git(['add', '.'], tree);
  sandbox.git(['commit', '--quiet', '-m', 'done'], tree);
  await say('bob', 'complete', 'ORDER-1');
  expect(await runCli(sandbox, ['rescue'], alice)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^the work on ORDER-1 is kept as refs\/claim-rescue/),
  });
  expect((await say('alice', 'rescue')).code).toBe(129);
});

test('what is kept is listed; only a person drops it', async () => {
  const { say } = await lost();
  expect((await say('alice', 'rescue', '--list')).stdout).toBe('no work is kept here\n');
  await say('alice', 'rescue', 'ORDER-1');
  const list = (await say('alice', 'rescue', '--list')).stdout;
  const ref = /refs\/claim-rescue\/ORDER-1\/[0-9a-f]{8}/.exec(list)?.[0] as string;
  expect(list).toMatch(/^ORDER-1 {2}.* refs\/claim-rescue\/ORDER-1\//);
  const { rescues } = JSON.parse((await say('alice', 'rescue', '--list', '--json')).stdout);
  expect(rescues).toMatchObject([{ ref, order: 'ORDER-1' }]);
  expect((await say('claude:7f3a21c0', 'rescue', '--drop', ref)).stderr).toMatch(/no terminal|terminal/);
  expect((await say('alice', 'rescue', '--drop', 'ORDER-1/nothing')).stderr).toContain('no work is kept as');
  for (const words of [
    ['ORDER-1', '--list'],
    ['--list', '--drop', ref],
    ['--drop', ref, '--json'],
  ])
    expect((await say('alice', 'rescue', ...words)).code).toBe(129);
  expect((await say('alice', 'rescue', '--list')).stdout).toContain(ref);
});
