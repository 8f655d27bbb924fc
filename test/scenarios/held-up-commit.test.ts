import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { installHooks } from '../support/hooks.ts';
import { startAgent } from '../support/living-sessions.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';
import { startAs, untilQuiet } from '../support/sessions.ts';

const QUICK = { heartbeat: '1s', staleAfter: '3s', grace: '1s', expireAfter: '6s' };

test.each([
  { how: 'goes on', end: 'commit\n', isMoved: true },
  { how: 'is given up', end: 'abort\n', isMoved: false },
])('a commit that was held up after its check, and then $how, is over before the order is taken', async ({ end, isMoved }) => {
  const sandbox = createSandbox();
  for (const [key, value] of Object.entries(QUICK)) sandbox.git(['config', `claim.${key}`, value]);
  installHooks(sandbox, 'hard');
  const alice = startAgent('alice');
  onTestFinished(alice.end);
  expect((await runCli(sandbox, ['ORDER-1'], { env: alice.env })).code).toBe(0);
  const tree = join(sandbox.dir, 'my äpp.claims/ORDER-1');
  const before = sandbox.git(['rev-parse', 'order-1'], tree);
  const work = sandbox.git(['commit-tree', '-p', before, '-m', 'work', `${before}^{tree}`], tree);

  // The hook has let it pass, and the branch is locked.
  const env = { ...sandbox.env, ...alice.env } as Record<string, string>;
  const git = spawn('git', ['update-ref', '--stdin'], { cwd: tree, env, stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void git.kill('SIGKILL'));
  let said = '';
  git.stdout.on('data', (chunk) => (said += chunk));
  git.stdin.write(`start\nupdate refs/heads/order-1 ${work} ${before}\nprepare\n`);
  await expect.poll(() => said).toContain('prepare: ok');

  alice.end();
  const bob = startAs(sandbox, 'bob', ['--wait', 'ORDER-1']);
  await sleep(4_000);
  expect(sandbox.git(['for-each-ref', '--format=%(contents)', 'refs/claims/ORDER-1'])).toContain('Session: alice');
  git.stdin.end(end);
  await once(git, 'close');
  expect(await bob.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('ORDER-1 is yours (generation 2') });
  const taken = sandbox.git(['for-each-ref', '--format=%(contents)', 'refs/claims/ORDER-1']);
  const tip = isMoved ? work : before;
  expect(sandbox.git(['rev-parse', 'order-1'])).toBe(tip);
  expect(taken).toContain(`Tip: ${tip}`);
  await untilQuiet(sandbox);
});
