import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git, installHooks, stage } from '../support/hooks.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

const OWNER = { CLAUDE_CODE_SESSION_ID: 'aaaaaaaa-0000-4000-8000-000000000000' };
const TAKER = { CODEX_THREAD_ID: '019a2b3c-0000-7000-8000-00000000beef' };

/** The same keys, named by an option instead of a variable. */
const [owner, taker] = [`claude:${OWNER.CLAUDE_CODE_SESSION_ID}`, `codex:${TAKER.CODEX_THREAD_ID}`];

/** What happened: sessions began, or recommended, work that another session already owned. */
test('a session that takes what another owns is stopped at every door, and shown another order', async () => {
  const sandbox = createSandbox();
  installHooks(sandbox, 'hard');
  mkdirSync(join(sandbox.repo, 'orders'));
  for (const n of [1, 2]) stage(sandbox, `orders/ORDER-${n}.md`, `---\ntitle: Order ${n}\nstatus: ready\n---\n`);
  sandbox.git(['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '-m', 'orders']);
  await runCli(sandbox, ['ORDER-1'], { env: { GIT_CLAIM_SESSION: owner } });
  const tree = join(sandbox.dir, 'my äpp.claims/ORDER-1');

  expect((await runCli(sandbox, ['ORDER-1'], { env: { GIT_CLAIM_SESSION: taker } })).code).toBe(3);
  stage(sandbox, 'work', 'work', tree);
  const doors = [
    ['commit', '-m', 'mine'],
    ['commit', '--no-verify', '-m', 'mine'],
    ['reset', '--soft', 'HEAD~1'],
    ['branch', '-m', 'order-1-order-1', 'mine'],
  ];
  for (const args of doors) {
    const { code, out } = git(sandbox, args, { cwd: tree, env: TAKER });
    expect({ args, stopped: code !== 0, out }).toEqual({
      args,
      stopped: true,
      out: expect.stringMatching(/ORDER-1.* held by|ORDER-1: .* holds it/),
    });
    expect(out).not.toMatch(/bypass|--force|hooksPath/i);
  }
  const shown = git(sandbox, ['commit', '-m', 'mine'], { cwd: tree, env: TAKER });
  expect(shown.out).toContain('instead   git claim ORDER-2: it is ready and free');
  expect((await runCli(sandbox, ['ORDER-2'], { env: { GIT_CLAIM_SESSION: taker } })).code).toBe(0);
  const own = git(sandbox, ['commit', '-q', '-m', 'the owner goes on'], { cwd: tree, env: OWNER });
  expect(own).toEqual({ code: 0, out: '' });
});
