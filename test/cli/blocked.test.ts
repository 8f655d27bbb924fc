import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

const LEASE = { staleAfter: '90s' };

test('a blocked claim shows what it waits for, and who has the orders that are named there', async () => {
  const { say, sandbox } = place();
  mkdirSync(join(sandbox.repo, 'orders'));
  writeFileSync(join(sandbox.repo, 'orders/ORDER-1.md'), '---\ntitle: Fix the login\n---\n');
  await say('alice', '--no-worktree', 'ORDER-1');
  await say('bob', '--no-worktree', 'ORDER-2');
  await say('alice', 'block', 'ORDER-1', '--reason', 'needs order-2, then ORDER-3 in UTF-8; and ORDER-1 itself');
  const status = (await say('carol', 'status', 'ORDER-1')).stdout;
  expect(status).toMatch(
    /^ORDER-1 is blocked, held by alice .*\n {2}title {5}Fix the login\n {2}blocked {3}needs order-2, then ORDER-3 in UTF-8; and ORDER-1 itself\n {2}waits {5}for ORDER-2, held by bob since .*\n {2}live /,
  );
  for (const command of ['list', 'status'])
    expect((await say('carol', command)).stdout).toMatch(/ORDER-1 +alice +blocked .* needs order-2, .*; Fix the login\n/);
});

test('a blocked claim is kept no longer than another when its holder is silent', async () => {
  const { say } = place({ heartbeat: '200ms', staleAfter: '300ms', grace: '200ms', expireAfter: '500ms' });
  await say('alice', '--no-worktree', 'ORDER-1');
  await say('alice', 'block', 'ORDER-1', '--reason', 'waits for the design');
  const taken = await say('bob', '--wait', '--no-worktree', 'ORDER-1', '--json');
  expect(JSON.parse(taken.stdout).claims).toMatchObject([{ state: 'active', session: 'bob', generation: 2 }]);
});

function place(config: Readonly<Record<string, string>> = LEASE) {
  const sandbox = createSandbox();
  for (const [key, value] of Object.entries(config)) sandbox.git(['config', `claim.${key}`, value]);
  const say = (who: string, ...args: string[]) => runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: who } });
  return { sandbox, say };
}
