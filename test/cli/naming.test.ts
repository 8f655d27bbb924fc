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

test('claim.worktrees.<agent> is for the sessions of that agent alone, and init offers it', async () => {
  const sandbox = createSandbox();
  const claude = { CLAUDE_CODE_SESSION_ID: '0a1b2c3d-0000-4000-8000-000000000001', GIT_CLAIM_ANCHOR: String(process.pid) };
  const tree = async (order: string, env: Record<string, string>) => {
    const { code, stdout } = await runCli(sandbox, [order, '--json'], { env });
    expect([code, stdout]).toEqual([0, expect.stringContaining('"claims"')]);
    return (JSON.parse(stdout) as Claimed).claims[0]?.worktree;
  };
  const { stdout } = await runCli(sandbox, ['init', '--claude'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  const offer = /git config claim\.worktrees\.claude '(.*)'/.exec(stdout);
  sandbox.git(['config', 'claim.worktrees.claude', offer?.[1] as string]);
  expect(await tree('ORDER-1', claude)).toBe(join(sandbox.repo, '.claude/worktrees/ORDER-1'));
  expect(await tree('ORDER-2', { GIT_CLAIM_SESSION: 'alice' })).toBe(`${sandbox.repo}.claims/ORDER-2`);
  expect(sandbox.git(['status', '--porcelain', '--', '.claude/worktrees'])).toBe('');
  expect((await runCli(sandbox, ['init', '--claude'], { env: { GIT_CLAIM_SESSION: 'alice' } })).stdout).not.toContain(
    'claim.worktrees',
  );
});
