import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { markedPackage } from '../support/marked-package.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

/** The real tools, as npm installs them, once for all tests here. */
const TOOLS = mkdtempSync(join(tmpdir(), 'git-claim-hook-tools-'));
const VERSIONS = ['husky@9.1.7', 'lefthook@2.2.2', 'simple-git-hooks@2.13.1'];
const NO_REGISTRY = 'the npm registry cannot be reached';
const INSTALL_MS = 60_000;

beforeAll(() => {
  writeFileSync(join(TOOLS, 'package.json'), '{"private":true}');
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  spawnSync('npm', ['install', ...quiet, ...VERSIONS], { cwd: TOOLS, timeout: INSTALL_MS });
}, 2 * INSTALL_MS);
afterAll(() => rmSync(TOOLS, { recursive: true, force: true }));

const isNewer = /2\.(?:5[4-9]|[6-9]\d)/.test(String(spawnSync('git', ['version']).stdout));
beforeEach(({ skip }) => skip(isNewer, 'this git takes hooks from its configuration'));

/** A project that uses one of these tools, and git-claim with hooks that report themselves. */
function project(files: Record<string, string>) {
  const sandbox = createSandbox();
  const marked = markedPackage(sandbox);
  const env: Record<string, string> = {
    ...marked.env,
    npm_config_cache: join(TOOLS, '.cache'),
    npm_config_update_notifier: 'false',
    LEFTHOOK_QUIET: 'meta,summary',
  };
  for (const [name, text] of Object.entries({ '.gitignore': 'node_modules\n', ...files })) {
    mkdirSync(join(sandbox.repo, name, '..'), { recursive: true });
    writeFileSync(join(sandbox.repo, name), text);
  }
  symlinkSync(join(TOOLS, 'node_modules'), join(sandbox.repo, 'node_modules'));
  const run = (words: readonly string[], cwd = sandbox.repo) => {
    const [file = '', ...args] = words;
    const PATH = [join(TOOLS, 'node_modules/.bin'), env['PATH']].join(delimiter);
    const { status, stdout, stderr } = spawnSync(file, args, { cwd, env: { ...env, PATH }, encoding: 'utf8' });
    return { status, said: stdout + stderr };
  };
  const git = (...args: string[]) => run(['git', ...args]);
  git('add', '.');
  git('-c', 'core.hooksPath=/dev/null', 'commit', '--quiet', '--message', 'the project');
  return {
    ...sandbox,
    run,
    git,
    ran: () => marked.ran().map((line) => line.split(' ').slice(0, 2).join(' ')),
    claim: (...args: string[]) => runCli({ ...sandbox, env }, args),
    commit: (cwd = sandbox.repo) => {
      appendFileSync(join(cwd, 'work'), 'more\n');
      run(['git', 'add', 'work'], cwd);
      return run(['git', 'commit', '--quiet', '--message', 'more'], cwd);
    },
    config: () => readFileSync(join(sandbox.repo, '.git/config'), 'utf8'),
    hook: (name: string) => readFileSync(join(sandbox.repo, '.git/hooks', name), 'utf8'),
  };
}

const OURS = ['ours pre-commit', 'ours prepare-commit-msg', 'ours post-commit'];
const SAYS = 'echo "tool pre-commit" >>"$MARKS"; test ! -e refuse';

test('husky: its hooks run first, in linked worktrees too, and its prepare does not displace ours', async ({ skip }) => {
  skip(!existsSync(join(TOOLS, 'node_modules/husky')), NO_REGISTRY);
  const it = project({ '.husky/pre-commit': SAYS, '.husky/commit-msg': 'echo "tool commit-msg" >>"$MARKS"\n' });
  it.run(['husky']);
  const before = it.config();
  await it.claim('init');
  it.ran();
  expect(it.commit().status).toBe(0);
  const both = ['tool pre-commit', 'ours pre-commit', 'ours prepare-commit-msg', 'tool commit-msg', 'ours post-commit'];
  expect(it.ran()).toEqual(both);
  writeFileSync(join(it.repo, 'refuse'), '');
  expect(it.commit().status).toBe(1);
  expect(it.ran()).toEqual(['tool pre-commit']);
  rmSync(join(it.repo, 'refuse'));

  // As `npm install` does, here and in a linked worktree, where husky's folder is missing after `git worktree add`.
  it.run(['husky']);
  expect((await it.claim('list')).stderr).toBe('');
  it.git('worktree', 'add', '--quiet', '../linked');
  const { code, stdout } = await it.claim('init', '--check');
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^git-claim is set up, .*every worktree\n$/) });
  it.ran();
  // Until then the main worktree's run there.
  const linked = join(it.dir, 'linked');
  expect(it.commit(linked)).toMatchObject({ status: 0, said: '' });
  expect(it.ran()).toEqual(both);
  writeFileSync(join(linked, 'refuse'), '');
  const refused = it.commit(linked);
  expect(refused.status).toBe(1);
  expect(refused.said).toMatch(/\.husky\/_\/pre-commit of the main worktree was run, because this one has no \.husky\/_: /);
  rmSync(join(linked, 'refuse'));
  it.ran();
  it.run(['husky'], linked);
  it.commit(linked);
  expect(it.ran()).toEqual(both);
  it.commit();
  expect(it.ran()).toEqual(both);

  // Husky is added to a repository that was set up before it, and removed again.
  await it.claim('init', '--uninstall');
  expect(it.config()).toBe(before);
  it.git('config', '--unset', 'core.hooksPath');
  await it.claim('init');
  it.run(['husky']);
  expect((await it.claim('list')).stderr).toMatch(/they are back, and run after its hooks/);
  it.ran();
  it.commit();
  expect(it.ran()).toEqual(both);
  it.git('config', '--unset', 'core.hooksPath');
  await it.claim('list');
  it.commit();
  expect(it.ran()).toEqual(OURS);
});

test('lefthook: its hooks run first, and when it installs them again ours are put back by the next command', async ({ skip }) => {
  skip(!existsSync(join(TOOLS, 'node_modules/lefthook')), NO_REGISTRY);
  const it = project({ 'lefthook.yml': `pre-commit:\n  commands:\n    says:\n      run: ${SAYS}\n` });
  expect(it.run(['lefthook', 'install']).status).toBe(0);
  const theirs = it.hook('pre-commit');
  await it.claim('init');
  it.ran();
  expect(it.commit().status).toBe(0);
  expect(it.ran()).toEqual(['tool pre-commit', ...OURS]);
  it.git('worktree', 'add', '--quiet', '../linked');
  it.ran();
  it.commit(join(it.dir, 'linked'));
  expect(it.ran()).toEqual(['tool pre-commit', ...OURS]);
  writeFileSync(join(it.repo, 'refuse'), '');
  expect(it.commit().status).toBe(1);
  rmSync(join(it.repo, 'refuse'));
  it.ran();

  // Twice: the second time it could stumble over what it renamed the first time.
  for (let time = 1; time <= 2; time += 1) {
    expect(it.run(['lefthook', 'install', '--force']).status).toBe(0);
    expect((await it.claim('list')).stderr).toMatch(/they are back/);
    it.commit();
    expect(it.ran()).toEqual(['tool pre-commit', ...OURS]);
  }
  expect((await it.claim('init', '--check')).code).toBe(0);
  await it.claim('init', '--uninstall');
  expect(it.hook('pre-commit')).toBe(theirs);
  expect(existsSync(join(it.repo, '.git/hooks/pre-commit.old'))).toBe(false);
  it.commit();
  expect(it.ran()).toEqual(['tool pre-commit']);
});

test('simple-git-hooks: the same, though it removes every hook that is not its own', async ({ skip }) => {
  skip(!existsSync(join(TOOLS, 'node_modules/simple-git-hooks')), NO_REGISTRY);
  const it = project({ '.simple-git-hooks.json': JSON.stringify({ 'pre-commit': SAYS }), 'package.json': '{"name":"x"}' });
  expect(it.run(['simple-git-hooks']).status).toBe(0);
  const theirs = it.hook('pre-commit');
  await it.claim('init');
  it.ran();
  it.commit();
  expect(it.ran()).toEqual(['tool pre-commit', ...OURS]);
  // It removes what is in the hooks folder, and ours are not.
  expect(it.run(['simple-git-hooks']).status).toBe(0);
  expect((await it.claim('list')).stderr).toBe('');
  it.git('worktree', 'add', '--quiet', '../linked');
  it.ran();
  it.commit(join(it.dir, 'linked'));
  expect(it.ran()).toEqual(['tool pre-commit', ...OURS]);
  await it.claim('init', '--uninstall');
  expect(it.hook('pre-commit')).toBe(theirs);
});

test('the pre-commit framework: ours run where it looks for hooks that were there before it', async ({ skip }) => {
  skip(spawnSync('pre-commit', ['--version']).status !== 0, 'pre-commit is not installed');
  const hook = {
    id: 'says',
    name: 'says',
    entry: `sh -c '${SAYS}'`,
    language: 'system',
    always_run: true,
    pass_filenames: false,
  };
  const it = project({ '.pre-commit-config.yaml': JSON.stringify({ repos: [{ repo: 'local', hooks: [hook] }] }) });
  expect(it.run(['pre-commit', 'install']).said).toMatch(/installed at/);
  const theirs = it.hook('pre-commit');
  await it.claim('init');
  it.ran();
  expect(it.commit()).toMatchObject({ status: 0 });
  const both = ['ours pre-commit', 'tool pre-commit', ...OURS.slice(1)];
  expect(it.ran()).toEqual(both);
  writeFileSync(join(it.repo, 'refuse'), '');
  expect(it.commit().status).toBe(1);
  rmSync(join(it.repo, 'refuse'));
  it.git('worktree', 'add', '--quiet', '../linked');
  it.ran();
  it.commit(join(it.dir, 'linked'));
  expect(it.ran()).toEqual(both);
  // Installed again, it leaves our hooks alone; uninstalled, it puts ours in place of its own.
  expect(it.run(['pre-commit', 'install']).status).toBe(0);
  expect((await it.claim('list')).stderr).toBe('');
  it.commit();
  expect(it.ran()).toEqual(both);
  await it.claim('init', '--uninstall');
  expect(it.hook('pre-commit')).toBe(theirs);
  expect(existsSync(join(it.repo, '.git/hooks/pre-commit.legacy'))).toBe(false);
  await it.claim('init');
  it.run(['pre-commit', 'uninstall']);
  await it.claim('list');
  it.ran();
  it.commit();
  expect(it.ran()).toEqual(OURS);

  // The other way round: it is added to a repository that has a hook, with ours before it.
  expect(it.run(['pre-commit', 'install']).status).toBe(0);
  expect((await it.claim('list')).stderr).toBe('');
  it.commit();
  expect(it.ran()).toEqual(both);
  expect((await it.claim('init', '--check')).code).toBe(0);
  await it.claim('init', '--uninstall');
  expect(it.hook('pre-commit')).toBe(theirs);
});
