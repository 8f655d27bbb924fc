import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

/** The default lease in seconds instead of minutes: short, but long enough for a command on a busy machine. */
const LEASE = { heartbeat: '1500ms', staleAfter: '3s', grace: '2s', expireAfter: '6s' };

test('a session that fell silent is challenged, and its order taken when no answer comes; it hears of it', async () => {
  const { sandbox, git, say } = place();
  await say('alice', 'ORDER-1');
  writeFileSync(join(sandbox.dir, 'my äpp.claims', 'ORDER-1', 'notes'), 'half done');
  expect(await say('bob', 'ORDER-1')).toMatchObject({ code: 3 });
  expect(await challenged(say)).toMatch(/ORDER-1 is held by alice .*silent for .*challenged 0s ago/);
  expect(git('for-each-ref', '--format=%(contents)', 'refs/claims/ORDER-1')).toContain('Challenge: bob ');
  expect(await say('bob', 'status', 'ORDER-1')).toMatchObject({
    stdout: expect.stringContaining('next      git claim --wait ORDER-1 takes it over, unless its holder answers\n'),
  });

  const taken = await say('bob', '--wait', 'ORDER-1');
  expect(taken.code).toBe(0);
  expect(taken.stdout).toMatch(
    /ORDER-1 is yours \(generation 2.*\n {2}taken {5}from alice: silent for (?!.*changed).*\n {2}uncommitted {2}1 file: notes\n/,
  );
  expect(taken.stderr).toContain('waiting for ORDER-1: held by alice');
  expect(await say('alice')).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/you lost ORDER-1 to bob at .*your work stays/),
  });
  expect(await say('alice', 'complete', 'ORDER-1')).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('you lost ORDER-1: bob holds it'),
  });
  expect(git('for-each-ref', '--format=%(contents:trailers:key=Worktree,valueonly)', 'refs/claims')).toContain('ORDER-1');
});

test('whoever is challenged and still there keeps the order', async () => {
  const { git, say } = place();
  await say('alice', 'ORDER-1');
  await challenged(say);
  expect(await say('alice')).toMatchObject({ code: 0 });
  expect(git('for-each-ref', '--format=%(contents)', 'refs/claims/ORDER-1')).not.toContain('Challenge:');
  await sleep(1_000);
  expect(await say('bob', 'ORDER-1')).toMatchObject({ code: 3 });
  expect(await say('alice', 'renew', 'ORDER-1')).toMatchObject({ code: 0 });
});

test('of 16 contenders for one expired claim exactly one takes it', async () => {
  const { git, say } = place();
  await say('alice', 'ORDER-1');
  await challenged(say);
  await sleep(4_100);
  const rivals = await Promise.all(Array.from({ length: 16 }, (_, at) => say(`rival-${at}`, '--no-worktree', 'ORDER-1')));
  expect(rivals.filter(({ code }) => code === 0)).toHaveLength(1);
  expect(rivals.filter(({ code }) => code === 3)).toHaveLength(15);
  expect(git('for-each-ref', '--format=%(contents:trailers:key=Generation,valueonly)', 'refs/claims').trim()).toBe('2');
});

test('a session whose process lives is never robbed, one whose process is gone soon is', async () => {
  const { say, sandbox } = place();
  const agent = spawn('sleep', ['60'], { stdio: 'ignore' });
  try {
    await runCli(sandbox, ['ORDER-1'], { env: { GIT_CLAIM_SESSION: 'alice', GIT_CLAIM_ANCHOR: String(agent.pid) } });
    await sleep(6_100);
    expect(await say('bob', 'ORDER-1')).toMatchObject({ code: 3, stderr: expect.stringContaining(`process ${agent.pid} runs`) });
  } finally {
    agent.kill('SIGKILL');
  }
  const { code, stderr } = await say('bob', 'ORDER-1');
  expect(code).toBe(3);
  expect(stderr).toContain(`process ${agent.pid} exited`);
  expect(stderr).toMatch(/it may be taken over in \w+: run git claim ORDER-1 again then/);
  expect(await say('bob', 'status', 'ORDER-1')).toMatchObject({
    stdout: expect.stringContaining('next      git claim --wait ORDER-1 takes it over\n'),
  });
  await sleep(1_200);
  expect(await say('bob', 'ORDER-1')).toMatchObject({ code: 0, stdout: expect.stringContaining('from alice: process') });
});

test('a deleted cache costs patience and robs nobody', async () => {
  const { git, say } = place();
  await say('alice', 'ORDER-1');
  await sleep(6_100);
  git('-c', 'alias.forget=!rm -rf "$(git rev-parse --git-common-dir)/claim/cache.db"*', 'forget');
  expect(await say('bob', 'ORDER-1')).toMatchObject({ code: 3, stderr: expect.stringContaining('nothing seen of it yet') });
  expect(git('for-each-ref', '--format=%(contents)', 'refs/claims/ORDER-1')).not.toContain('Challenge:');
});

function place() {
  const sandbox = createSandbox();
  for (const [key, value] of Object.entries(LEASE)) sandbox.git(['config', `claim.${key}`, value]);
  const say = (who: string, ...args: string[]): Promise<CliResult> => runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: who } });
  const git = (...args: string[]): string => sandbox.git(args);
  return { sandbox, git, say };
}

/** Keeps the holder silent until a contender challenges it; returns what the contender is told. */
async function challenged(say: (who: string, ...args: string[]) => Promise<CliResult>): Promise<string> {
  await say('bob', 'ORDER-1');
  await sleep(3_100);
  const answer = await say('bob', 'ORDER-1');
  expect(answer.code).toBe(3);
  return answer.stderr;
}
