import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startAgent } from '../support/living-sessions.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { runAs, untilQuiet } from '../support/sessions.ts';

const QUICK = { heartbeat: '1s', staleAfter: '3s', grace: '1s', expireAfter: '6s' };
const HAS_TIME_NAMESPACES = spawnSync('unshare', ['-rT', '--boottime', '5000', 'true']).status === 0;
const NONE = 'there are no time namespaces here';

function quick(): Sandbox {
  const sandbox = createSandbox();
  for (const [key, value] of Object.entries(QUICK)) sandbox.git(['config', `claim.${key}`, value]);
  return sandbox;
}

const recordIn = (sandbox: Sandbox) => sandbox.git(['for-each-ref', '--format=%(contents)', 'refs/claims/ORDER-1']);

test('a contender whose clocks are shifted sees other start times of processes, and takes nothing for it', async ({ skip }) => {
  skip(!HAS_TIME_NAMESPACES, NONE);
  const sandbox = quick();
  const alice = startAgent('alice');
  onTestFinished(alice.end);
  await runCli(sandbox, ['ORDER-1'], { env: alice.env });
  for (let looks = 0; looks < 3; looks += 1) {
    const { code, stderr } = await runAs(sandbox, 'bob', ['ORDER-1'], { under: ['unshare', '-rT', '--boottime', '5000'] });
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('ORDER-1 is held by alice') });
    expect(stderr).not.toContain('exited');
    await sleep(700);
  }
  expect(recordIn(sandbox)).toContain('Action: claim\n');
  alice.end();
  await untilQuiet(sandbox);
});

test.for([
  { who: 'with a process', isWatched: true },
  { who: 'without one', isWatched: false },
])(
  'a contender whose clock runs hours ahead of everybody else finds nobody silent: a holder $who',
  async ({ isWatched }, { skip }) => {
    skip(!HAS_TIME_NAMESPACES, NONE);
    const sandbox = quick();
    sandbox.git(['config', 'claim.maxIdle', '1h']);
    const alice = startAgent('alice');
    onTestFinished(alice.end);
    const { GIT_CLAIM_ANCHOR: _, ...unwatched } = alice.env;
    await runCli(sandbox, ['ORDER-1'], { env: isWatched ? alice.env : unwatched });
    for (const ahead of ['20000', '40000', '60000']) {
      const under = ['unshare', '-rT', '--monotonic', ahead];
      expect(await runAs(sandbox, 'bob', ['ORDER-1'], { under })).toMatchObject({ code: 3 });
    }
    expect(recordIn(sandbox)).toContain('Action: claim\n');
    alice.end();
    await untilQuiet(sandbox);
  },
);
