import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

test('status names a screenful of what others hold, and where the rest is listed', async () => {
  const sandbox = createSandbox();
  const orders = Array.from({ length: 23 }, (_, at) => `ORDER-${at + 1}`);
  await runCli(sandbox, ['--no-worktree', ...orders], { env: { GIT_CLAIM_SESSION: 'ada' } });
  const { stdout } = await runCli(sandbox, ['status'], { env: { GIT_CLAIM_SESSION: 'bob' } });
  expect(stdout.match(/ORDER-/g)).toHaveLength(20);
  expect(stdout).toMatch(/\n {9}and 3 more: git claim list\n$/);
  const json = await runCli(sandbox, ['status', '--json'], { env: { GIT_CLAIM_SESSION: 'bob' } });
  expect((JSON.parse(json.stdout) as { claims: unknown[] }).claims).toHaveLength(23);
});
