import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git, installHooks, stage } from '../support/hooks.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

const claim = (sandbox: Sandbox, session: string, ...args: string[]) =>
  runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session } });
const message = (sandbox: Sandbox, cwd: string) => sandbox.git(['log', '-1', '--format=%B'], cwd).trimEnd();

async function held(mode: 'shadow' | 'soft' | 'hard'): Promise<{ sandbox: Sandbox; tree: string }> {
  const sandbox = createSandbox();
  installHooks(sandbox, mode);
  expect((await claim(sandbox, 'alice', 'ORDER-1')).code).toBe(0);
  return { sandbox, tree: join(sandbox.dir, 'my äpp.claims/ORDER-1') };
}

test('the holder commits in silence, and the message says whose work it is', async () => {
  const { sandbox, tree } = await held('hard');
  stage(sandbox, 'a', 'a', tree);
  expect(git(sandbox, ['commit', '-q', '-m', 'first'], { cwd: tree, session: 'alice' })).toEqual({ code: 0, out: '' });
  expect(message(sandbox, tree)).toBe('first\n\nOrder: ORDER-1\nClaim-Session: alice');
});

test.each(['shadow', 'soft'] as const)('%s: another session is told, once, and commits', async (mode) => {
  const { sandbox, tree } = await held(mode);
  stage(sandbox, 'a', 'a', tree);
  const { code, out } = git(sandbox, ['commit', '-q', '-m', 'first'], { cwd: tree, session: 'bob' });
  expect(code).toBe(0);
  expect(out.match(/git claim: warning: order-1 is the branch of ORDER-1: alice holds it since/g)).toHaveLength(1);
  expect(out).not.toMatch(/bypass/i);
  expect(message(sandbox, tree)).toBe('first\n\nOrder: ORDER-1');
});

test.each([
  ['commit', []],
  ['commit --no-verify', ['--no-verify']],
])('hard: another session is refused: git %s', async (_, options) => {
  const { sandbox, tree } = await held('hard');
  stage(sandbox, 'a', 'a', tree);
  const before = sandbox.git(['rev-parse', 'HEAD'], tree);
  const { code, out } = git(sandbox, ['commit', '-q', '-m', 'first', ...options], { cwd: tree, session: 'bob' });
  expect(code).toBe(1);
  expect(out).toMatch(/git claim: refused: order-1 is the branch of ORDER-1: alice holds it since/);
  expect(out).not.toMatch(/bypass/i);
  expect(sandbox.git(['rev-parse', 'HEAD'], tree)).toBe(before);
  expect(sandbox.git(['diff', '--cached', '--name-only'], tree)).toBe('a');
});
