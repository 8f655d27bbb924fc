import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

type Claimed = { readonly claims: { readonly branch: string; readonly worktree: string }[] };

test('claim.branch names the branch, and what is merged goes with its worktree', async () => {
  const sandbox = createSandbox();
  const as = (session: string, ...args: string[]) => runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session } });
  mkdirSync(join(sandbox.repo, 'orders'));
  writeFileSync(
    join(sandbox.repo, 'orders/ORDER-1.md'),
    '---\nid: ORDER-1\ntitle: "Fix $(touch x) ../login"\nstatus: ready\n---\n',
  );
  sandbox.git(['add', '.']);
  sandbox.git(['commit', '--quiet', '--message', 'orders']);
  sandbox.git(['config', 'claim.branch', 'feat/<order>-<title>']);
  const { claims } = JSON.parse((await as('alice', 'ORDER-1', '--json')).stdout) as Claimed;
  expect(claims).toMatchObject([{ branch: 'feat/order-1-fix-touch-x-login', worktree: `${sandbox.repo}.claims/ORDER-1` }]);
  await as('alice', 'complete', 'ORDER-1');
  expect((await as('alice', 'worktree', 'remove', 'ORDER-1')).code).toBe(0);
  expect(sandbox.git(['branch', '--format=%(refname:short)'])).toBe('main');
  sandbox.git(['config', 'claim.branch', '<title>']);
  expect(await as('alice', 'ORDER-2')).toMatchObject({
    code: 129,
    stderr: expect.stringContaining('claim.branch "<title>" has no <order> in it'),
  });
  expect(sandbox.git(['for-each-ref', 'refs/claims/ORDER-2'])).toBe('');
});
