import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { markedPackage, marking, putHook } from '../support/marked-package.ts';
import { type CliOptions, type CliResult, runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

/** A repository, the package with hooks that report themselves, and what people do in it. */
function stage() {
  const sandbox = createSandbox();
  const marked = markedPackage(sandbox);
  const git = (args: readonly string[], cwd = sandbox.repo) => spawnSync('git', args, { cwd, env: marked.env, encoding: 'utf8' });
  const claim = (args: readonly string[], options: CliOptions = {}): Promise<CliResult> =>
    runCli({ ...sandbox, env: marked.env }, args, options);
  const commit = (cwd = sandbox.repo) => git(['commit', '--quiet', '--allow-empty', '--message', 'more'], cwd);
  return { ...sandbox, ...marked, env: marked.env, git, claim, commit, hooks: join(sandbox.repo, '.git/hooks') };
}

/** Each version of git has only one route for hooks. */
const isNewer = /2\.(?:5[4-9]|[6-9]\d)/.test(String(execFileSync('git', ['version'])));
beforeEach(({ skip }) => skip(isNewer, 'this git takes hooks from its configuration, which the last test here is about'));

const COMMIT_HOOKS = ['ours pre-commit ', 'ours prepare-commit-msg .git/COMMIT_EDITMSG message', 'ours post-commit '];

test('one command sets a repository up, says so, and says next time that there is nothing to do', async () => {
  const it = stage();
  const first = await it.claim(['init', '--mode', 'hard']);
  expect(first.transcript).toMatchInlineSnapshot(`
    "$ git claim init --mode hard
    git-claim is set up in this repository (mode hard, hooks as files in the hooks folder)
      write   .git/hooks: pre-commit, prepare-commit-msg, pre-applypatch, pre-push, reference-transaction, post-checkout and 2 more
      write   .git/claim/installed.json
      write   .git/git-claim.config
      write   .git/config
      write   .git/info/attributes
      next    git claim <order> claims work; git claim init --uninstall undoes all this
    exit 0
    "
  `);
  expect((await it.claim(['init'])).transcript).toMatchInlineSnapshot(`
    "$ git claim init
    git-claim is set up in this repository already (mode hard, hooks as files in the hooks folder)
    exit 0
    "
  `);
  it.ran();
  expect(it.commit().status).toBe(0);
  expect(it.ran().filter((line) => !line.includes('reference-transaction'))).toEqual(COMMIT_HOOKS);
  expect(it.git(['config', 'claim.node']).stdout.trim()).toBe(process.execPath);
  // Soft again: the hook that runs at every step of git is removed.
  await it.claim(['init', '--mode', 'soft']);
  expect(existsSync(join(it.hooks, 'reference-transaction'))).toBe(false);
});

test('--print shows what would be done and does nothing', async () => {
  const it = stage();
  const before = snapshot(it.repo);
  const shown = await it.claim(['init', '--print', '--mode', 'shadow', '--agents-md']);
  const said = shown.transcript.replace(/=\d+/g, '=<bytes>').replace(/(node|clean) = ".*"/g, (_, key) => `${key} = "<${key}>"`);
  expect(said).toMatchInlineSnapshot(`
    "$ git claim init --print --mode shadow --agents-md
    this would be set up (mode shadow, hooks as files in the hooks folder):
      write   .git/hooks: pre-commit, prepare-commit-msg, pre-applypatch, pre-push, post-checkout, post-commit, post-applypatch
      write   .git/claim/installed.json
      write   .git/git-claim.config
              | # Written by git claim init.
              | [claim]
              |     program = "<dir>/git-claim's påckage 猫/bin/git-claim"
              |     node = "<node>"
              |     hooks = "files mode=shadow pre-commit=<bytes> prepare-commit-msg=<bytes> pre-applypatch=<bytes> pre-push=<bytes> post-checkout=<bytes> post-commit=<bytes> post-applypatch=<bytes>"
              | [filter "git-claim"]
              |     clean = "<clean>"
      write   .git/config
              | [claim]
              |     mode = shadow
              | [include]
              |     # git-claim; to remove: git claim init --uninstall
              |     path = git-claim.config
      write   .git/info/attributes
              | # git-claim: order files show claims that git does not see
              | /orders/**/*.md filter=git-claim
              | # end of git-claim
      write   AGENTS.md
              | <!-- BEGIN git-claim -->
              | ## Claim work before you start it
              | 
              | Several sessions work on this repository at once. A claim makes an order (a piece of work with an id such as ORDER-143) belong to one of them.
              | 
              | - When you begin: \`git claim session start\`. It says who is here, and what may collide with your work.
              | - Before you start on an order: \`git claim <order>\`. It makes a worktree and a branch for the order and names them; work there, not here.
              | - Exit code 3 means that another session has it. Leave that work alone and take another order; \`git claim list\` shows who works on what.
              | - \`git claim\` alone says what you hold. When the work is done: \`git claim complete\`. To give it back: \`git claim release\`.
              | <!-- END git-claim -->
    exit 0
    "
  `);
  expect(snapshot(it.repo)).toEqual(before);
});

test('hooks that are there run first, with their arguments, input and name; what they refuse is refused', async () => {
  const it = stage();
  mkdirSync(join(it.repo, 'scripts'));
  for (const hook of ['pre-commit', 'pre-push', 'post-checkout', 'reference-transaction'])
    putHook(join(it.hooks, hook), marking('theirs', hook));
  // A hook that is a link in the hooks folder, and knows itself by its name.
  putHook(
    join(it.repo, 'scripts/any'),
    '#!/bin/sh\necho "theirs $(basename "$0") in $(cd "$(dirname "$0")/../.." && pwd)" >>"$MARKS"\n',
  );
  symlinkSync('../../scripts/any', join(it.hooks, 'post-commit'));
  const before = snapshot(it.repo);
  await it.claim(['init', '--mode', 'hard']);
  execFileSync('git', ['init', '--quiet', '--bare', join(it.dir, 'remote.git')], { env: it.env });
  it.git(['remote', 'add', 'origin', '../remote.git']);
  it.ran();

  expect(it.commit().status).toBe(0);
  expect(it.ran().filter((line) => !line.includes('reference-transaction'))).toEqual([
    'theirs pre-commit ',
    ...COMMIT_HOOKS.slice(0, 2),
    `theirs post-commit in ${it.repo}`,
    'ours post-commit ',
  ]);
  it.git(['push', '--quiet', 'origin', 'main']);
  const [theirs, ours] = it.ran().filter((line) => line.includes('pre-push'));
  expect(theirs).toMatch(/^theirs pre-push origin \.\.\/remote\.git <refs\/heads\/main [0-9a-f]{40} refs\/heads\/main 0{40};>$/);
  expect(ours).toBe(theirs?.replace('theirs', 'ours'));
  it.git(['update-ref', 'refs/heads/other', 'HEAD']);
  const states = it.ran().map((line) => line.split(' ').slice(0, 3).join(' '));
  expect(states).toEqual([
    ...['theirs reference-transaction prepared', 'ours reference-transaction prepared', 'theirs reference-transaction committed'],
    'ours reference-transaction committed',
  ]);

  putHook(join(it.hooks, 'pre-commit'), marking('theirs', 'pre-commit', 3));
  putHook(join(it.hooks, 'post-checkout'), marking('theirs', 'post-checkout', 4));
  it.ran();
  expect(it.commit().status).toBe(1);
  expect(it.ran()).toEqual(['theirs pre-commit ']);
  expect(it.git(['checkout', '--quiet', 'other']).status).toBe(1);
  expect(it.ran().map((line) => line.split(' ').slice(0, 2).join(' '))).toContain('ours post-checkout');
  putHook(join(it.hooks, 'pre-commit'), marking('theirs', 'pre-commit'));
  putHook(join(it.hooks, 'post-checkout'), marking('theirs', 'post-checkout'));

  await it.claim(['init', '--uninstall']);
  expect(hooksOf(snapshot(it.repo))).toEqual(hooksOf(before));
});

test('uninstalled, every file is byte for byte and mode for mode what it was', async () => {
  const it = stage();
  putHook(join(it.hooks, 'pre-commit'), marking('theirs', 'pre-commit'));
  chmodSync(join(it.hooks, 'pre-commit'), 0o700);
  writeFileSync(join(it.hooks, 'post-commit'), 'not executable');
  it.git(['config', 'claim.mode', 'shadow']);
  it.git(['config', 'core.hooksPath', 'elsewhere']);
  it.git(['config', '--unset', 'core.hooksPath']);
  writeFileSync(join(it.repo, '.git/config'), `${readFileSync(join(it.repo, '.git/config'), 'utf8')}[odd]\n\tvalue = no end`);
  writeFileSync(join(it.repo, 'AGENTS.md'), Buffer.from('# \xc3\xa4 \xff rules without an end', 'latin1'));
  mkdirSync(join(it.repo, '.claude'));
  writeFileSync(join(it.repo, '.claude/settings.json'), SETTINGS);
  const before = snapshot(it.repo);
  await it.claim(['init', '--mode', 'hard', '--agents-md', '--claude']);
  expect(snapshot(it.repo)).not.toEqual(before);
  expect((await it.claim(['init', '--uninstall', '--print'])).stdout).toMatch(/^this would be removed:/);
  const gone = await it.claim(['init', '--uninstall']);
  expect({ code: gone.code, stderr: gone.stderr }).toEqual({ code: 0, stderr: '' });
  expect(snapshot(it.repo)).toEqual(before);
  expect((await it.claim(['init', '--uninstall'])).stdout).toBe('git-claim is not set up in this repository\n');
  expect(snapshot(it.repo)).toEqual(before);
});

test('what others changed meanwhile stays changed, and is said', async () => {
  const it = stage();
  writeFileSync(join(it.repo, 'AGENTS.md'), 'first\n');
  await it.claim(['init', '--mode', 'soft', '--agents-md', '--claude']);
  it.git(['config', 'remote.origin.url', 'x']);
  const agents = join(it.repo, 'AGENTS.md');
  writeFileSync(agents, `${readFileSync(agents, 'utf8')}\nlast\n`);
  const settings = join(it.repo, '.claude/settings.json');
  writeFileSync(settings, readFileSync(settings, 'utf8').replace('{', '{ "model": "opus",'));
  // Another tool replaces our hook.
  putHook(join(it.hooks, 'pre-commit'), '#!/bin/sh\n# newer\n');
  const { stdout } = await it.claim(['init', '--uninstall']);
  expect(stdout.match(/note .*(?:config|AGENTS\.md|settings\.json) was changed since/g)).toHaveLength(3);
  expect(readFileSync(agents, 'utf8')).toBe('first\n\nlast\n');
  expect(JSON.parse(readFileSync(settings, 'utf8'))).toEqual({ model: 'opus' });
  expect(readFileSync(join(it.hooks, 'pre-commit'), 'utf8')).toBe('#!/bin/sh\n# newer\n');
  expect(it.git(['config', '--get-regexp', '^(claim|remote|include)\\.']).stdout).toBe('remote.origin.url x\n');
});

test('AGENTS.md is never touched without being asked, and a link is written through', async () => {
  const it = stage();
  await it.claim(['init']);
  expect(existsSync(join(it.repo, 'AGENTS.md'))).toBe(false);
  writeFileSync(join(it.repo, 'CLAUDE.md'), 'rules\r\n');
  symlinkSync('CLAUDE.md', join(it.repo, 'AGENTS.md'));
  await it.claim(['init', '--agents-md']);
  expect(readlinkSync(join(it.repo, 'AGENTS.md'))).toBe('CLAUDE.md');
  const text = readFileSync(join(it.repo, 'CLAUDE.md'), 'utf8');
  expect(text).toMatch(/^rules\r\n\r\n<!-- BEGIN git-claim -->\r\n[\s\S]*<!-- END git-claim -->\r\n$/);
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  expect((await it.claim(['init', '--print'])).stdout).toMatch(/^git-claim is set up in this repository already/);
  await it.claim(['init', '--agents-md']);
  expect(readFileSync(join(it.repo, 'CLAUDE.md'), 'utf8')).toBe(text);
  await it.claim(['init', '--uninstall']);
  expect(readFileSync(join(it.repo, 'CLAUDE.md'), 'utf8')).toBe('rules\r\n');
});

test('on a terminal it asks whether AGENTS.md may have the block, once, and again when it is to', () => {
  const it = stage();
  const answer = (said: string, option = '') =>
    spawnSync('script', ['--quiet', '--return', '--command', `git claim init ${option}`, '/dev/null'], {
      cwd: it.repo,
      env: it.env,
      input: said,
      encoding: 'utf8',
    });
  expect(answer('\n').stdout).toMatch(/Add a section about claims.*\? \[y\/N\][\s\S]*is set up/);
  expect(existsSync(join(it.repo, 'AGENTS.md'))).toBe(false);
  expect(answer('y\n').stdout).not.toContain('Add a section');
  expect(existsSync(join(it.repo, 'AGENTS.md'))).toBe(false);
  expect(answer('y\n', '--ask').stdout).toMatch(/write +AGENTS\.md/);
  expect(answer('y\n').stdout).not.toContain('Add a section');
});

test('where an agent has a folder it offers worktrees inside, once; a yes sets them, and without a terminal they are named', async () => {
  const it = stage();
  const answer = (said: string, option = '') =>
    spawnSync('script', ['--quiet', '--return', '--command', `git claim init --agents-md ${option}`, '/dev/null'], {
      cwd: it.repo,
      env: it.env,
      input: said,
      encoding: 'utf8',
    }).stdout;
  mkdirSync(join(it.repo, '.claude'));
  const setting = () => it.git(['config', 'claim.worktrees.claude']).stdout.trim();
  const question = 'Keep its worktrees inside, in .claude/worktrees/<order>? [y/N]';
  expect((await it.claim(['init'])).stdout).toContain(
    "note    Claude Code asks before it works outside its folder; to have its worktrees inside: git config claim.worktrees.claude '.claude/worktrees/<order>'",
  );
  expect(answer('\n')).toContain(question);
  expect(answer('y\n')).not.toContain(question);
  expect(setting()).toBe('');
  expect(answer('y\n', '--ask')).toMatch(/claim\.worktrees\.claude is \.claude\/worktrees\/<order> now; git config --unset/);
  expect(setting()).toBe('.claude/worktrees/<order>');
  expect(answer('y\n', '--ask')).not.toContain(question);
});

test('settings that cannot be added to without losing something are left alone', async () => {
  const it = stage();
  mkdirSync(join(it.repo, '.claude'));
  for (const text of ['[]', '{"hooks": []}', '{"hooks":{"SessionStart":{}}}']) {
    writeFileSync(join(it.repo, '.claude/settings.json'), text);
    const { code, stderr } = await it.claim(['init', '--claude']);
    expect({ text, code }).toEqual({ text, code: 129 });
    expect(stderr).toContain('git claim session start');
    expect(readFileSync(join(it.repo, '.claude/settings.json'), 'utf8')).toBe(text);
    expect(existsSync(join(it.hooks, 'pre-commit'))).toBe(false);
  }
});

test('a folder that core.hooksPath names stays as it is, a global one too, and its hooks run first in every worktree that has it', async () => {
  const it = stage();
  const global = join(it.dir, "their 'own' hööks");
  mkdirSync(global);
  for (const hook of ['pre-commit', 'commit-msg', 'post-merge']) putHook(join(global, hook), marking('global', hook));
  it.git(['config', '--global', 'core.hooksPath', global]);
  const [before, beforeGlobal] = [snapshot(it.repo), snapshot(it.dir, ['hôme', "their 'own' hööks"])];
  await it.claim(['init']);
  expect((await it.claim(['init'])).stdout).toMatch(/already/);
  expect(it.commit().status).toBe(0);
  const withGlobal = [
    'global pre-commit ',
    ...COMMIT_HOOKS.slice(0, 2),
    'global commit-msg .git/COMMIT_EDITMSG',
    'ours post-commit ',
  ];
  expect(it.ran()).toEqual(withGlobal);

  // This branch has the hooks folder that the path names from the top of a worktree; the other branch has none.
  it.git(['branch', 'without']);
  mkdirSync(join(it.repo, '.githooks'));
  putHook(join(it.repo, '.githooks/pre-commit'), marking('own', 'pre-commit'));
  it.git(['add', '.githooks']);
  it.git(['config', 'core.hooksPath', '.githooks']);
  expect((await it.claim(['list'])).stderr).toMatch(/they are back, and run after its hooks/);
  expect((await it.claim(['list'])).stderr).toBe('');
  it.git(['worktree', 'add', '--quiet', '../linked', 'without']);
  it.ran();
  it.commit();
  expect(it.ran()).toEqual(['own pre-commit ', ...COMMIT_HOOKS]);
  it.commit(join(it.dir, 'linked'));
  expect(it.ran().map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    ...['ours pre-commit', 'ours prepare-commit-msg', 'ours post-commit'],
  ]);
  // A hook that comes into that folder later is handed on.
  putHook(join(it.repo, '.githooks/commit-msg'), marking('own', 'commit-msg', 1));
  expect(it.commit().status).toBe(1);
  expect((await it.claim(['doctor'])).stdout).toMatch(/linked: the hooks of \.githooks do not run in this worktree/);
  rmSync(join(it.repo, '.githooks'), { recursive: true });
  it.git(['worktree', 'remove', '../linked']);
  it.git(['branch', '-D', 'without']);
  it.git(['config', '--unset', 'core.hooksPath']);
  await it.claim(['init', '--uninstall']);
  expect(hooksOf(snapshot(it.repo))).toEqual(hooksOf(before));
  expect(readFileSync(join(it.repo, '.git/config'), 'latin1')).toEqual(before['.git/config']);
  // That the person does not want it is remembered.
  rmSync(join(it.dir, 'hôme/.local'), { recursive: true });
  expect(snapshot(it.dir, ['hôme', "their 'own' hööks"])).toEqual(beforeGlobal);
});

test('a core.hooksPath that is the top of the worktree runs what lies there, and nothing from the PATH', async () => {
  const it = stage();
  putHook(join(it.githooks, '../bin/pre-commit'), marking('stranger', 'pre-commit'));
  for (const path of ['.', './', '']) {
    it.git(['config', 'core.hooksPath', path]);
    await it.claim(['init']);
    putHook(join(it.repo, 'pre-commit'), marking('own', 'pre-commit'));
    it.ran();
    it.commit();
    expect({ path, ran: it.ran() }).toEqual({ path, ran: [...(path === '' ? [] : ['own pre-commit ']), ...COMMIT_HOOKS] });
  }
});

test('a repository that is moved takes its hooks along', async () => {
  const it = stage();
  it.git(['config', 'core.hooksPath', '.githooks']);
  mkdirSync(join(it.repo, '.githooks'));
  putHook(join(it.repo, '.githooks/pre-commit'), marking('own', 'pre-commit'));
  await it.claim(['init']);
  const moved = join(it.dir, 'elsewhere');
  renameSync(it.repo, moved);
  expect((await it.claim(['list'], { cwd: moved })).stderr).toMatch(/they are back, and run after its hooks/);
  expect((await it.claim(['init', '--check'], { cwd: moved })).transcript).toMatch(/^.*\ngit-claim is set up, .*\nexit 0\n$/);
  it.ran();
  it.commit(moved);
  expect(it.ran()).toEqual(['own pre-commit ', ...COMMIT_HOOKS]);
});

test('nobody gets past a hook with the variable that asks whether it is there', async () => {
  const it = stage();
  await it.claim(['init']);
  const { status } = spawnSync('git', ['commit', '--allow-empty', '--message', 'x'], {
    cwd: it.repo,
    env: { ...it.env, GIT_CLAIM_PROBE: '1' },
  });
  expect(status).toBe(1);
});

test('in a submodule, a bare repository and one whose worktrees have configuration of their own', async () => {
  const it = stage();
  it.git(['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', it.repo, 'sub']);
  const sub = join(it.repo, 'sub');
  expect((await it.claim(['init'], { cwd: sub })).code).toBe(0);
  it.ran();
  it.commit(sub);
  expect(it.ran()).toHaveLength(3);
  expect((await it.claim(['init', '--uninstall'], { cwd: sub })).code).toBe(0);
  expect(readdirSync(join(it.repo, '.git/modules/sub/hooks')).filter((name) => !name.endsWith('.sample'))).toEqual([]);

  it.git(['clone', '--quiet', '--bare', '.', '../bare.git']);
  const bare = join(it.dir, 'bare.git');
  expect((await it.claim(['init', '--agents-md'], { cwd: bare })).transcript).toMatch(/no worktree here[\s\S]*exit 129\n$/);
  expect((await it.claim(['init'], { cwd: bare })).code).toBe(0);
  expect((await it.claim(['init', '--check'], { cwd: bare })).transcript).toMatch(/exit 0\n$/);
  it.git(['worktree', 'add', '--quiet', '../of-bare', 'main'], bare);
  it.ran();
  it.commit(join(it.dir, 'of-bare'));
  expect(it.ran()).toHaveLength(3);

  await it.claim(['init']);
  it.git(['config', 'extensions.worktreeConfig', 'true']);
  it.git(['worktree', 'add', '--quiet', '../own-config']);
  it.git(['config', '--worktree', 'core.hooksPath', '/dev/null'], join(it.dir, 'own-config'));
  expect((await it.claim(['init'])).stdout).toMatch(/note .*own-config: git-claim's hooks do not run/);
  const check = await it.claim(['init', '--check']);
  expect(check.stdout).toMatch(
    /own-config: git-claim's hooks do not run[\s\S]*git config --worktree --unset-all core\.hooksPath/,
  );
  expect(check.code).toBe(5);
});

test('where nothing may be written it says who may, and changes nothing', async ({ skip }) => {
  const it = stage();
  // As a coding agent's sandbox does.
  const mounts = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"';
  const unshared = ['--mount', 'sh', '-c', mounts, 'sh', join(it.repo, '.git')];
  if (spawnSync('unshare', [...unshared, 'true']).status !== 0) skip('nothing can be mounted here');
  const before = snapshot(it.repo);
  const run = (...words: string[]) =>
    spawnSync('unshare', [...unshared, 'git', 'claim', ...words], { cwd: it.repo, env: it.env, encoding: 'utf8' });
  for (const words of [['init'], ['init', '--mode', 'hard']]) {
    const { status, stderr } = run(...words);
    expect(stderr).toMatch(/^error: git-claim may not write here: .*\n {2}hint .* a person sets this up/);
    expect(status).toBe(128);
  }
  expect(snapshot(it.repo)).toEqual(before);
  // Displaced hooks cannot be put back either, which stops nobody.
  await it.claim(['init']);
  rmSync(join(it.hooks, 'pre-commit'));
  const { status, stderr } = run('list');
  expect(stderr).toMatch(/^warning: some of git-claim's hooks no longer run here, and could not be reinstalled: /);
  expect(status).toBe(0);
});

test('several at once leave what one leaves, and lose no hook', async () => {
  const it = stage();
  for (const hook of ['pre-commit', 'post-commit']) putHook(join(it.hooks, hook), marking('theirs', hook));
  const codes = await Promise.all(Array.from({ length: 6 }, () => it.claim(['init']).then(({ code }) => code)));
  expect(codes).toEqual(Array(6).fill(0));
  expect((await it.claim(['init', '--check'])).code).toBe(0);
  it.commit();
  expect(it.ran().filter((line) => line.startsWith('theirs'))).toEqual(['theirs pre-commit ', 'theirs post-commit ']);
});

test('with git 2.54 hooks are configuration, which runs them with their arguments and input', () => {
  const it = stage();
  const bin = join(it.dir, 'newer git');
  mkdirSync(bin);
  putHook(
    join(bin, 'git'),
    '#!/bin/sh\n[ "$*" != version ] || { echo "git version 2.54.0"; exit; }\nPATH=$(echo "$PATH" | cut -d: -f2-) exec git "$@"\n',
  );
  const env = { ...it.env, PATH: `${bin}:${it.env['PATH']}` };
  const claim = (...words: string[]) => spawnSync('git-claim', words, { cwd: it.repo, env, encoding: 'utf8' });
  putHook(join(it.hooks, 'pre-commit'), marking('theirs', 'pre-commit'));
  const before = snapshot(it.repo);
  expect(claim('init', '--mode', 'hard').stdout).toMatch(/hooks as git's own configuration/);
  expect(claim('init').stdout).toMatch(/already/);
  expect(hooksOf(snapshot(it.repo))).toEqual(hooksOf(before));
  expect(it.git(['config', 'hook.git-claim-pre-push.event']).stdout).toBe('pre-push\n');
  // As git runs the hook.
  const command = (hook: string) => it.git(['config', `hook.git-claim-${hook}.command`]).stdout.trimEnd();
  const run = (hook: string, args: string[], more = {}) =>
    spawnSync('sh', ['-c', `${command(hook)} "$@"`, command(hook), ...args], {
      cwd: it.repo,
      env: { ...it.env, ...more },
      input: 'a b c\n',
    });
  expect(run('pre-push', ['origin', 'a url']).status).toBe(0);
  expect(run('reference-transaction', ['committed']).status).toBe(0);
  expect(run('reference-transaction', ['prepared']).status).toBe(0);
  expect(it.ran()).toEqual(['ours pre-push origin a url <a b c;>', 'ours reference-transaction prepared <a b c;>']);
  expect(run('post-commit', [], { GIT_CLAIM_PROBE: '1' })).toMatchObject({ status: 77, stdout: Buffer.from('git-claim\n') });
  claim('init', '--mode', 'soft');
  expect(command('reference-transaction')).toBe('');
  // Switched off, it is on again with the next command.
  const isOn = () => it.git(['config', 'hook.git-claim-pre-commit.enabled']).stdout;
  it.git(['config', 'hook.git-claim-pre-commit.enabled', 'false']);
  expect(isOn()).toBe('false\n');
  expect(claim('list').stderr).toMatch(/they are back/);
  expect(isOn()).toBe('true\n');
  expect(claim('list').stderr).toBe('');
  it.git(['config', '--file', '.git/config', '--unset', 'hook.git-claim-pre-commit.enabled']);
  // An older git again: hooks as files, in a folder of their own.
  expect(spawnSync('git-claim', ['init'], { cwd: it.repo, env: it.env, encoding: 'utf8' }).stdout).toMatch(
    /hooks in a folder of their own, before those of the hooks folder/,
  );
  claim('init', '--uninstall');
  expect(snapshot(it.repo)).toEqual(before);
});

const SETTINGS = `{
    "permissions": { "allow": ["Bash(npm test)", "Read"] },
    "big": 12345678901234567890, "exp": 1.0e2,
    "hooks": {
        "SessionStart": [
            { "matcher": "startup", "hooks": [{ "type": "command", "command": "echo hi" }] }
        ]
    }
}`;

type Snapshot = Record<string, string>;

/** Everything in a folder except what git itself changes: contents, links and permissions. */
function snapshot(root: string, folders: readonly string[] = ['.git', '.']): Snapshot {
  const found: Snapshot = {};
  const visit = (path: string) => {
    const name = relative(root, path);
    if (
      /^\.git\/(?:objects|logs|index|refs|worktrees|claim\/(?:cache|locks|clock)|modules|COMMIT_EDITMSG|HEAD|ORIG_HEAD)/.test(
        name,
      )
    )
      return;
    const file = lstatSync(path);
    if (file.isSymbolicLink()) found[name] = `-> ${readlinkSync(path)}`;
    else if (file.isDirectory()) for (const entry of readdirSync(path)) visit(join(path, entry));
    else {
      found[name] = readFileSync(path, 'latin1');
      found[`${name} mode`] = (file.mode & 0o777).toString(8);
    }
  };
  for (const folder of folders) visit(join(root, folder));
  return found;
}

function hooksOf(all: Snapshot): Snapshot {
  return Object.fromEntries(Object.entries(all).filter(([name]) => name.includes('hooks')));
}
