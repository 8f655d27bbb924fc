import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git, installHooks, stage } from '../support/hooks.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

const session = (digits: string) => ({ CLAUDE_CODE_SESSION_ID: `${digits}-0000-4000-8000-000000000000` });
const [ONE, TWO, THREE] = [session('9da9aaaa'), session('2163bbbb'), session('77f1cccc')];

/** What happened: three sessions found the same staged change in one worktree, and each set out to commit it. */
test('three sessions on one dirty worktree: one commits, two are told and lose nothing', () => {
  const sandbox = createSandbox();
  installHooks(sandbox, 'soft');
  mkdirSync(join(sandbox.repo, 'scripts'));
  stage(sandbox, 'scripts/cascade-selector.py', 'select()\n');
  sandbox.git(['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '-m', 'selector']);
  stage(sandbox, 'scripts/cascade-selector.py', 'select()\nplateau_warning()\n');

  const message = 'feat(cascade): surface plateau_warning when Tier 1 picks dominant lane';
  expect(git(sandbox, ['commit', '-q', '-m', message], { env: ONE })).toEqual({ code: 0, out: '' });
  const commit = sandbox.git(['rev-parse', '--short=7', 'HEAD']);

  // The second has nothing staged any more: git alone would only say that there is nothing to commit.
  const second = git(sandbox, ['commit', '-m', 'feat(cascade): plateau warning'], { env: TWO });
  expect(second.code).toBe(1);
  expect(second.out).toMatch(
    new RegExp(`nothing is staged: the last commit was made \\d+s ago, ${commit} by claude-9da9aa: feat\\(cascade\\): surface`),
  );
  expect(second.out).toContain(`git show ${commit}`);

  // The third had continued in the same file, and is told before its commit is made; its work is kept.
  writeFileSync(join(sandbox.repo, 'scripts/cascade-selector.py'), 'select()\nplateau_warning()\nformat_context()\n');
  const third = git(sandbox, ['commit', '-q', '-a', '-m', 'feat(cascade): show it to people'], { env: THREE });
  expect(third.code).toBe(0);
  expect(third.out).toMatch(new RegExp(`warning: scripts/cascade-selector\\.py changed \\d+s ago in ${commit} by claude-9da9aa`));
  expect(readFileSync(join(sandbox.repo, 'scripts/cascade-selector.py'), 'utf8')).toContain('format_context()');
  expect(sandbox.git(['log', '--format=%(trailers:key=Claim-Session,valueonly,separator=%x2C)', '-2'])).toBe(
    'claude-77f1cc\nclaude-9da9aa',
  );
});

test('the same, with the file claimed: the two others are told whose it is', async () => {
  const sandbox = createSandbox();
  installHooks(sandbox, 'hard');
  // The same key, named by an option instead of a variable.
  await runCli(sandbox, ['path', 'cascade-selector.py'], { env: { GIT_CLAIM_SESSION: `claude:${ONE.CLAUDE_CODE_SESSION_ID}` } });
  stage(sandbox, 'cascade-selector.py', 'plateau_warning()\n');
  for (const other of [TWO, THREE]) {
    const { code, out } = git(sandbox, ['commit', '-m', 'feat(cascade): plateau warning'], { env: other });
    expect({ code, out }).toEqual({
      code: 1,
      out: expect.stringMatching(/cascade-selector\.py is claimed by claude-9da9aa since \d\d:\d\d \(\d+s\)/),
    });
  }
  expect(sandbox.git(['diff', '--cached', '--name-only'])).toBe('cascade-selector.py');
  expect(git(sandbox, ['commit', '-q', '-m', 'feat(cascade): plateau warning'], { env: ONE })).toEqual({ code: 0, out: '' });
});
