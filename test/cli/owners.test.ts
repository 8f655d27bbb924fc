import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { contentsOf } from '../support/gently.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, PACKAGE, type Sandbox } from '../support/sandbox.ts';

const STRANGER = 65_534;
const isRoot = process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0;
const WHY = 'only root can act as somebody else, with setpriv';

/** What another user may enter: the command itself, and the repositories. */
const open = mkdtempSync(join(realpathSync(tmpdir()), 'git-claim-owners-'));
chmodSync(open, 0o755);
afterAll(() => rmSync(open, { recursive: true, force: true }));

/** Runs the command as another user, whose home is empty. */
function asStranger(cwd: string, env: Readonly<Record<string, string>>, ...args: string[]) {
  const installed = join(open, 'installed');
  cpSync(join(PACKAGE, 'bin'), join(installed, 'bin'), { recursive: true });
  for (const name of ['git-claim.script.js', 'facts.sh']) cpSync(join(PACKAGE, 'dist', name), join(installed, 'dist', name));
  const words = [`--reuid=${STRANGER}`, `--regid=${STRANGER}`, '--clear-groups', join(installed, 'bin/git-claim'), ...args];
  const { status, stdout, stderr } = spawnSync('setpriv', words, {
    cwd,
    env: { ...env, HOME: '/nonexistent', GIT_CLAIM_SESSION: 'eve' },
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

/** A copy of a sandbox's repository with one claim of alice's in it. */
async function openRepository(): Promise<{ sandbox: Sandbox; repo: string }> {
  const sandbox = createSandbox();
  await runCli(sandbox, ['--no-worktree', 'ORDER-1'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  const repo = mkdtempSync(join(open, 'repo-'));
  cpSync(sandbox.repo, repo, { recursive: true });
  execFileSync('chmod', ['-R', 'a+rX', repo]);
  return { sandbox, repo };
}

test("somebody else's repository is reported in git's words, and safe.directory is never overridden", async ({ skip }) => {
  skip(!isRoot, WHY);
  const { sandbox, repo } = await openRepository();
  const before = contentsOf(join(repo, '.git'));
  for (const args of [['ORDER-2'], ['status'], ['list'], ['release', 'ORDER-1']]) {
    const { code, stdout, stderr } = asStranger(repo, sandbox.env, ...args);
    expect({ code, stdout }).toEqual({ code: 128, stdout: '' });
    expect(stderr).toBe(`error: git will not work here: detected dubious ownership in repository at '${repo}'
  hint    only a person who trusts its owner should run: git config --global --add safe.directory ${repo}
`);
  }
  expect(contentsOf(join(repo, '.git'))).toEqual(before);
});

test('in a .git that may only be read, claims are refused with what to run where, and reading works', async ({ skip }) => {
  skip(!isRoot, WHY);
  const { sandbox, repo } = await openRepository();
  const trusting = { ...sandbox.env, GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' };
  const config = join(open, 'trusting.gitconfig');
  execFileSync('git', ['config', '--file', config, 'safe.directory', '*'], { env: trusting });
  chmodSync(config, 0o644);
  const env = { ...sandbox.env, GIT_CONFIG_GLOBAL: config };
  const before = contentsOf(join(repo, '.git'));

  for (const args of [['--no-worktree', 'ORDER-2'], ['ORDER-2']]) {
    const { code, stdout, stderr } = asStranger(repo, env, ...args);
    expect({ code, stdout }).toEqual({ code: 128, stdout: '' });
    expect(stderr).toMatch(/^error: git may not write in this repository from here: /);
    expect(stderr).toContain(
      `ask the person to run the same command in a terminal of their own, in ${repo}, or to start you with git claim run <order> -- <agent>; git claim status and list work here`,
    );
  }
  expect(asStranger(repo, env, '--no-worktree', 'ORDER-1')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('ORDER-1 is held by alice'),
  });
  expect(asStranger(repo, env, 'list')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^ORDER-1 {2}alice {2}active/),
    stderr: '',
  });
  expect(asStranger(repo, env, 'status')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('cache    off: '),
    stderr: '',
  });
  expect(asStranger(repo, env, 'status', 'ORDER-1')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('is held by alice'),
    stderr: '',
  });
  expect(asStranger(repo, env, 'log', 'ORDER-1')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('claim  alice'),
    stderr: '',
  });
  expect(contentsOf(join(repo, '.git'))).toEqual(before);
});
