import { execFileSync, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

/** A short lease, but longer than a few commands take on a busy machine. */
const LEASE = { heartbeat: '1500ms', staleAfter: '3s', grace: '2s', expireAfter: '6s' };
/** After this a silent holder may be challenged, and one seen dead be replaced. */
const STALE_MS = 3_200;
const DEAD_MS = 1_500;

test("a guest in an agent's tree neither renews its claim nor changes its process", async () => {
  const { sandbox, say, field } = place();
  await withProcess(async (pid) => {
    await say('alice', ['--no-worktree', 'ORDER-1'], { GIT_CLAIM_ANCHOR: String(pid) });
    const anchor = field('Anchor');
    expect(anchor).toContain(`${pid}@`);
    expect(await runCli(sandbox, ['renew'])).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/^you do not hold ORDER-1: alice holds it/),
    });
    expect(field('Anchor')).toBe(anchor);
  });
});

test("a subagent renews the claim of the agent it runs in and does not put its own short life in that one's place", () => {
  const { sandbox, field } = place();
  const inner = 'GIT_CLAIM_ANCHOR=$$ git claim renew ORDER-1; :';
  const outer = `GIT_CLAIM_ANCHOR=$$ git claim --no-worktree ORDER-1; sh -c '${inner}'; echo $$`;
  const said = execFileSync('sh', ['-c', outer], {
    cwd: sandbox.repo,
    env: { ...sandbox.env, GIT_CLAIM_SESSION: 'alice' },
    encoding: 'utf8',
  });
  expect(said).toContain('ORDER-1 is renewed');
  expect(field('Anchor')).toContain(`${said.trim().split('\n').at(-1)}@`);
});

test('a session that goes on in another terminal is no longer dead once it asked how it stands', async () => {
  const { say, field } = place();
  await withProcess((pid) => say('alice', ['ORDER-1'], { GIT_CLAIM_ANCHOR: String(pid) }));
  expect(await say('bob', ['ORDER-1'])).toMatchObject({ code: 3, stderr: expect.stringContaining('exited') });
  expect(await say('alice', ['status'])).toMatchObject({ code: 0, stdout: expect.stringContaining('ORDER-1') });
  expect(field('Anchor')).toBe('');
  await sleep(DEAD_MS);
  expect(await say('bob', ['ORDER-1'])).toMatchObject({ code: 3 });
});

test("a person who looks around in a dead session's tree does not keep it alive", async () => {
  const { sandbox, say } = place();
  await withProcess((pid) => say('alice', ['--no-worktree', 'ORDER-1'], { GIT_CLAIM_ANCHOR: String(pid) }));
  expect(await say('bob', ['ORDER-1'])).toMatchObject({ code: 3 });
  await sleep(DEAD_MS);
  expect(await runCli(sandbox, ['status'])).toMatchObject({ code: 0, stdout: expect.stringContaining('alice') });
  expect(await say('bob', ['ORDER-1'])).toMatchObject({ code: 0 });
});

test.each([[['status', 'ORDER-1']], [['list']]])('whoever is challenged answers by %s too', async (question) => {
  const { say, field } = place();
  await challenged(say);
  expect(field('Challenge')).toContain('bob');
  expect(await say('alice', question)).toMatchObject({ code: 0 });
  expect(field('Challenge')).toBe('');
});

test.each([[['--no-worktree', 'ORDER-2']], [['renew', 'ORDER-2']]])(
  'a session without a process to watch, which works on one order by %s, answers for its other one',
  async (command) => {
    const { sandbox, say } = place();
    const field = () => sandbox.git(['cat-file', 'tag', 'refs/claims/ORDER-1']);
    await say('alice', ['--no-worktree', 'ORDER-1', 'ORDER-2']);
    await say('bob', ['ORDER-1']);
    await sleep(STALE_MS);
    await say('bob', ['ORDER-1']);
    expect(field()).toContain('Challenge: bob');
    expect(await say('alice', command)).toMatchObject({ code: 0 });
    expect(field()).not.toContain('Challenge: bob');
    expect(await say('bob', ['ORDER-1'])).toMatchObject({ code: 3, stderr: expect.stringContaining('last heartbeat 0s ago') });
  },
);

test('answering a challenge by claiming again keeps the place of the claim', async () => {
  const { say, field } = place();
  await challenged(say, ['--no-worktree']);
  expect(await say('alice', ['ORDER-1'])).toMatchObject({ code: 0 });
  expect(field('Challenge')).toBe('');
  expect([field('Worktree'), field('Branch')]).toEqual(['.', '']);
});

test('a claim that was held before the command is not given back when its lost tree cannot be made again', async () => {
  const { sandbox, say, field } = place();
  await challenged(say);
  rmSync(join(sandbox.dir, 'my äpp.claims'), { recursive: true });
  writeFileSync(join(sandbox.dir, 'my äpp.claims'), 'in the way');
  expect(await say('alice', ['ORDER-1'])).toMatchObject({ code: 128, stderr: expect.stringContaining('it is still yours') });
  expect([field('State'), field('Session')]).toEqual(['active', 'alice']);
});

test('whoever lost an order hears of it, whatever its new holder wrote since', async () => {
  const { say } = place();
  await withProcess((pid) => say('alice', ['ORDER-1'], { GIT_CLAIM_ANCHOR: String(pid) }));
  await say('bob', ['ORDER-1']);
  await sleep(DEAD_MS);
  expect(await say('bob', ['ORDER-1'])).toMatchObject({ code: 0 });
  await say('bob', ['renew', 'ORDER-1']);
  expect(await say('alice', [])).toMatchObject({ code: 0, stderr: expect.stringContaining('you lost ORDER-1 to bob at') });
});

test('an agent that cleared its context still has the order of its worktree', async () => {
  const { sandbox } = place();
  await withProcess(async (pid) => {
    const as = (id: string, ...words: string[]) =>
      runCli(sandbox, words, {
        env: { CLAUDE_CODE_SESSION_ID: `${id}f3a217b-0000-4000-8000-000000000000`, GIT_CLAIM_ANCHOR: String(pid) },
      });
    await as('7', '--no-worktree', 'ORDER-1');
    expect(await as('8', 'release')).toMatchObject({ code: 0, stdout: expect.stringContaining('ORDER-1 is released') });
  });
});

test('whoever only stands on an old tombstone, and was not seen since, gets nothing handed', async () => {
  const { sandbox, say } = place();
  await say('zoe', ['--no-worktree', 'ORDER-1']);
  await say('zoe', ['release', 'ORDER-1']);
  rmSync(join(sandbox.repo, '.git/claim'), { recursive: true });
  await say('alice', ['--no-worktree', 'ORDER-2']);
  expect(await say('alice', ['hand', 'ORDER-2', '--to', 'zoe'])).toMatchObject({
    code: 129,
    stderr: expect.stringContaining('no session "zoe" was seen here'),
  });
});

test('a dead holder can be replaced without SQLite by whoever waits', async () => {
  const { sandbox, say } = place();
  await withProcess((pid) => say('alice', ['ORDER-1'], { GIT_CLAIM_ANCHOR: String(pid) }));
  rmSync(join(sandbox.repo, '.git/claim'), { recursive: true, force: true });
  writeFileSync(join(sandbox.repo, '.git/claim'), 'no folder can be here');
  expect(await say('bob', ['--wait', 'ORDER-1'])).toMatchObject({ code: 0, stdout: expect.stringContaining('from alice') });
});

type Say = (who: string, args: readonly string[], env?: Record<string, string>) => ReturnType<typeof runCli>;

function place(): { sandbox: Sandbox; say: Say; field: (name: string) => string } {
  const sandbox = createSandbox();
  for (const [key, value] of Object.entries(LEASE)) sandbox.git(['config', `claim.${key}`, value]);
  return {
    sandbox,
    say: (who, args, env = {}) => runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: who, ...env } }),
    field: (name) => sandbox.git(['for-each-ref', `--format=%(contents:trailers:key=${name},valueonly)`, 'refs/claims']).trim(),
  };
}

/** Lets alice claim and fall silent until bob challenges her. */
async function challenged(say: Say, how: readonly string[] = []): Promise<void> {
  await say('alice', [...how, 'ORDER-1']);
  await say('bob', ['ORDER-1']);
  await sleep(STALE_MS);
  expect(await say('bob', ['ORDER-1'])).toMatchObject({ code: 3 });
}

/** Runs something beside a process, which has ended when this returns. */
async function withProcess<T>(work: (pid: number) => Promise<T>): Promise<T> {
  const process = spawn('sleep', ['60'], { stdio: 'ignore' });
  const gone = new Promise((done) => process.once('exit', done));
  try {
    return await work(process.pid as number);
  } finally {
    process.kill('SIGKILL');
    await gone;
  }
}

test('every answer says how the work goes on, also without worktrees and order files', async () => {
  const sandbox = createSandbox();
  const next = async (session: string, ...args: string[]) => {
    const { stdout } = await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session } });
    return stdout.match(/^ {2}next +(.*)$/gm)?.map((line) => line.replace(/^ {2}next +/, ''));
  };
  const completes = ['git claim complete ORDER-1, when its work is done'];
  const unblocks = ['git claim unblock ORDER-1, when it can continue'];
  expect(await next('alice', '--no-worktree', 'ORDER-1')).toEqual(completes);
  expect(await next('alice', '--no-worktree', 'ORDER-1')).toEqual(completes);
  expect(await next('alice', 'block', 'ORDER-1', '--reason', 'rain')).toEqual(unblocks);
  for (const args of [
    ['renew', 'ORDER-1'],
    ['--no-worktree', 'ORDER-1'],
  ])
    expect(await next('alice', ...args)).toEqual(unblocks);
  expect(await next('alice', 'unblock', 'ORDER-1')).toEqual(completes);
  expect(await next('alice', 'unblock', 'ORDER-1')).toEqual(completes);
  const other = 'git claim <order> claims other work';
  expect(await next('alice', 'complete', 'ORDER-1')).toEqual([other]);
  sandbox.git(['switch', '--quiet', '--create', 'side']);
  await next('alice', '--no-worktree', 'ORDER-2');
  sandbox.git(['commit', '--quiet', '--allow-empty', '--message', 'work']);
  expect(await next('alice', 'complete', 'ORDER-2')).toEqual(['merge it (git merge side, or push it and open a pull request)']);
  await next('alice', 'path', 'src');
  expect(await next('alice', 'path', '--release', 'src')).toEqual(['git claim paths shows what is claimed']);
  await next('bob', 'session', 'start');
  await next('alice', '--no-worktree', 'ORDER-3');
  expect(await next('alice', 'hand', 'ORDER-3', '--to', 'bob')).toEqual([`bob goes on with git claim ORDER-3; ${other}`]);
  // What a session gave away of its own will, it did not lose.
  const { stderr } = await runCli(sandbox, ['renew', 'ORDER-3'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  expect(stderr).toMatch(
    /^you handed ORDER-3 over: bob holds it since .*\n {2}.*\n {2}next +git claim log ORDER-3 shows what happened\n$/,
  );
  expect(await next('bob', 'release', 'ORDER-3')).toEqual([other]);
  await next('alice', '--no-worktree', 'ORDER-3');
  const again = await runCli(sandbox, ['renew', 'ORDER-3', '--json'], { env: { GIT_CLAIM_SESSION: 'bob' } });
  expect(JSON.parse(again.stdout)).toMatchObject({
    error: { code: 'lost', message: expect.stringMatching(/^you released ORDER-3: alice /) },
  });
});
