import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git, installHooks, stage } from '../support/hooks.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

const FIXER = { GIT_CLAIM_SESSION: 'fixer' };
const SAFETY = { GIT_CLAIM_SESSION: 'safety-brake', CLAUDECODE: '1' };

/**
 * What happened: one session fixed a bug while another switched the feature off and gave up its orders; each was right on its
 * own.
 */
test('a session that flips a flag while another fixes the bug', async () => {
  const sandbox = createSandbox();
  installHooks(sandbox, 'hard');
  mkdirSync(join(sandbox.repo, 'orders'));
  const order = (status: string) => `---\ntitle: Promises are kept\nstatus: ${status}\n---\n`;
  stage(sandbox, 'orders/FIX-19.md', order('ready'));
  stage(sandbox, 'engine.json', '{"enabled":true}\n');
  sandbox.git(['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '-m', 'engine']);
  await runCli(sandbox, ['FIX-19', '--path', 'engine.json'], { env: FIXER });

  stage(sandbox, 'engine.json', '{"enabled":false}\n');
  const flip = git(sandbox, ['commit', '-m', 'chore: off, it misbehaves'], { env: SAFETY });
  expect(flip).toEqual({
    code: 1,
    out: expect.stringMatching(/refused: engine\.json is claimed by fixer since/),
  });
  sandbox.git(['reset', '-q', '--hard']);

  stage(sandbox, 'orders/FIX-19.md', order('complete'));
  const closed = git(sandbox, ['commit', '-m', 'chore: withdrawn'], { env: SAFETY });
  expect(closed).toEqual({
    code: 1,
    out: expect.stringMatching(/refused: orders\/FIX-19\.md says complete, but FIX-19 is not yours: fixer holds it/),
  });
  sandbox.git(['reset', '-q', '--hard']);

  const tree = join(sandbox.dir, 'my äpp.claims/FIX-19');
  stage(sandbox, 'engine.json', '{"enabled":true,"fixed":true}\n', tree);
  expect(git(sandbox, ['commit', '-q', '-m', 'fix: promises are kept'], { cwd: tree, env: FIXER })).toEqual({ code: 0, out: '' });
  const { stdout } = await runCli(sandbox, ['feed', '--json'], { env: SAFETY });
  const refused = JSON.parse(stdout).events.filter(({ kind }: { kind: string }) => kind === 'refused');
  expect(refused.map(({ detail }: { detail: { rule: string } }) => detail.rule)).toEqual(['path', 'status']);
});
