import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type GitRun, git, installHooks } from '../support/hooks.ts';
import { type Agent, helpersOf, startAgent } from '../support/living-sessions.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { untilQuiet } from '../support/sessions.ts';

let place: { readonly sandbox: Sandbox; readonly agents: readonly Agent[] };

afterEach(async () => {
  for (const agent of place.agents) agent.end();
  await untilQuiet(place.sandbox);
});

/** As when a laptop sleeps, or somebody stops a process in a debugger. */
test('a session that was stopped for longer than its lease wakes up to find its order taken, and cannot go on as if it were not', async () => {
  const sandbox = createSandbox();
  const [alice, bob] = [startAgent('alice'), startAgent('bob')];
  place = { sandbox, agents: [alice, bob] };
  installHooks(sandbox, 'hard');
  const lease = {
    heartbeat: '300ms',
    staleAfter: '900ms',
    grace: '300ms',
    expireAfter: '1500ms',
    idleAfter: '1s',
    maxIdle: '2s',
  };
  for (const [key, value] of Object.entries(lease)) sandbox.git(['config', `claim.${key}`, value]);
  const say = (who: Agent, ...args: string[]) => runCli(sandbox, args, { env: who.env });
  const tree = join(sandbox.dir, 'my äpp.claims/ORDER-1');
  const commit = (who: Agent, ...args: string[]): GitRun =>
    git(sandbox, ['commit', '-q', '--allow-empty', '-m', who.name, ...args], { cwd: tree, env: who.env, timeoutMs: 20_000 });

  expect(await say(alice, 'ORDER-1')).toMatchObject({ code: 0 });
  const [helper] = helpersOf(sandbox) as [number];
  process.kill(helper, 'SIGSTOP');
  // A helper that does not answer delays no commit.
  expect(commit(alice)).toEqual({ code: 0, out: '' });
  expect(commit(bob)).toEqual({ code: 1, out: expect.stringContaining('alice holds it') });

  alice.process.kill('SIGSTOP');
  expect(await say(bob, '--wait', 'ORDER-1')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('from alice: silent for'),
  });
  process.kill(helper, 'SIGCONT');
  alice.process.kill('SIGCONT');

  for (const args of [[], ['--no-verify']])
    expect(commit(alice, ...args)).toEqual({
      code: 1,
      out: expect.stringMatching(/refused: order-1 is the branch of ORDER-1: bob holds it since/),
    });
  sandbox.git(['config', 'claim.mode', 'soft']);
  expect(commit(alice)).toEqual({
    code: 0,
    out: expect.stringMatching(/warning: order-1 is the branch of ORDER-1: bob holds it since/),
  });
  expect((await say(alice)).stderr).toContain('you lost ORDER-1 to bob');
  expect(commit(bob)).toEqual({ code: 0, out: '' });
});
