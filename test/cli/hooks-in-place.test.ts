import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
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
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { markedPackage, marking, putHook } from '../support/marked-package.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { createSandbox, PACKAGE } from '../support/sandbox.ts';

/** A repository, the package with hooks that report themselves, and what people do in it. */
function stage() {
  const sandbox = createSandbox();
  const marked = markedPackage(sandbox);
  const git = (args: readonly string[], cwd = sandbox.repo) => spawnSync('git', args, { cwd, env: marked.env, encoding: 'utf8' });
  const claim = (...words: string[]): Promise<CliResult> => runCli({ ...sandbox, env: marked.env }, words);
  const commit = (cwd = sandbox.repo) => git(['commit', '--quiet', '--allow-empty', '--message', 'more'], cwd);
  const hooks = join(sandbox.repo, '.git/hooks');
  return { ...sandbox, ...marked, git, claim, commit, hooks, own: join(sandbox.repo, '.git/hooks.git-claim') };
}

const isNewer = /2\.(?:5[4-9]|[6-9]\d)/.test(String(execFileSync('git', ['version'])));
beforeEach(({ skip }) => skip(isNewer, 'this git takes hooks from its configuration, beside those of others'));

/** Prints all that a hook can know of where it is. */
const WHERE = '#!/bin/sh\necho "$0 $(readlink -f "$0") $(ls -di "$(dirname "$0")") $(pwd) $*"\n';

/** Contents, links, permissions and inodes: whether anybody has touched the folder. */
function state(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => {
      const { mode, ino } = lstatSync(join(folder, name));
      return [name, `${mode} ${ino} ${lstatSync(join(folder, name)).isSymbolicLink() ? readlinkSync(join(folder, name)) : ''}`];
    }),
  );
}

test('a hook cannot tell that git-claim is there: by its name, its folder, its arguments or its input', async () => {
  const it = stage();
  for (const hook of ['pre-commit', 'commit-msg', 'post-commit', 'post-checkout', 'prepare-commit-msg'])
    putHook(join(it.hooks, hook), WHERE);
  it.git(['worktree', 'add', '--quiet', '../linked']);
  mkdirSync(join(it.repo, 'sub'));
  const all = () =>
    [it.repo, join(it.repo, 'sub'), join(it.dir, 'linked')].map((cwd) => [
      it.commit(cwd).stderr,
      ...['--detach', '-'].map((to) => it.git(['checkout', '--quiet', to], cwd).stderr.replace(/[0-9a-f]{40}/g, 'oid')),
    ]);
  const [before, folder] = [all(), state(it.hooks)];
  await it.claim('init', '--mode', 'hard');
  it.ran();
  expect(all()).toEqual(before);
  expect(it.ran()).toContain('ours pre-commit ');
  expect(state(it.hooks)).toEqual(folder);
  expect((await it.claim('init', '--check')).code).toBe(0);
  await it.claim('init', '--uninstall');
  expect(existsSync(it.own)).toBe(false);
  expect(all()).toEqual(before);
  expect(state(it.hooks)).toEqual(folder);
});

test('a hook finds the files beside it', async () => {
  const it = stage();
  putHook(join(it.hooks, 'pre-commit'), '#!/bin/sh\n. "$(dirname "$0")/helper.sh"\n');
  writeFileSync(join(it.hooks, 'helper.sh'), 'echo helped >&2\n');
  await it.claim('init');
  expect(it.commit()).toMatchObject({ status: 0, stderr: 'helped\n' });
  // One that comes later, too, and a folder of parts.
  putHook(join(it.hooks, 'commit-msg'), '#!/bin/sh\nfor part in "$(dirname "$0")/parts"/*; do "$part"; done\n');
  mkdirSync(join(it.hooks, 'parts'));
  putHook(join(it.hooks, 'parts/one'), '#!/bin/sh\necho one >&2\n');
  expect(it.commit()).toMatchObject({ status: 0, stderr: 'helped\none\n' });
});

test('a hook that asks git for the folder of hooks finds the files beside it, too', async () => {
  const it = stage();
  putHook(join(it.hooks, 'pre-commit'), '#!/bin/sh\n. "$(git rev-parse --git-path hooks)/helper.sh"\n');
  writeFileSync(join(it.hooks, 'helper.sh'), 'echo helped >&2\n');
  mkdirSync(join(it.hooks, 'parts'));
  const before = state(it.hooks);
  await it.claim('init');
  expect(it.commit()).toMatchObject({ status: 0, stderr: 'helped\n' });
  expect([readlinkSync(join(it.own, 'helper.sh')), readlinkSync(join(it.own, 'parts'))]).toEqual([
    '../hooks/helper.sh',
    '../hooks/parts',
  ]);
  writeFileSync(join(it.hooks, 'later'), '');
  expect((await it.claim('init', '--check')).code).toBe(0);
  await it.claim('init');
  expect(
    readdirSync(it.own)
      .filter((name) => ['helper.sh', 'later', 'parts'].includes(name))
      .sort(),
  ).toEqual([...['helper.sh', 'later', 'parts']]);
  rmSync(join(it.hooks, 'later'));
  await it.claim('init', '--uninstall');
  expect(existsSync(it.own)).toBe(false);
  expect(state(it.hooks)['helper.sh']).toBe(before['helper.sh']);
});

test('hooks that are links to one program in their folder know their names, as those of overcommit do', async () => {
  const it = stage();
  putHook(join(it.hooks, 'overcommit-hook'), '#!/bin/sh\necho "$(basename "$0")" >&2\n');
  for (const hook of ['pre-commit', 'commit-msg', 'prepare-commit-msg', 'post-commit'])
    symlinkSync('overcommit-hook', join(it.hooks, hook));
  await it.claim('init');
  expect(it.commit().stderr).toBe('pre-commit\nprepare-commit-msg\ncommit-msg\npost-commit\n');
});

describe('nothing is written through a folder of hooks that is a link', () => {
  test.each([
    ['tracked', '../githooks', (repo: string) => join(repo, 'githooks')],
    ['shared with other repositories', '../../shared hooks', (repo: string) => join(repo, '../shared hooks')],
    ['dangling', '../nowhere', null],
  ])('%s', async (_, target, folder) => {
    const it = stage();
    if (folder !== null) {
      mkdirSync(folder(it.repo));
      putHook(join(folder(it.repo), 'pre-commit'), marking('theirs', 'pre-commit'));
      it.git(['add', '.']);
      it.git(['commit', '--quiet', '--message', 'hooks']);
    }
    rmSync(it.hooks, { recursive: true });
    symlinkSync(target, it.hooks);
    const before = folder === null ? null : state(folder(it.repo));
    await it.claim('init', '--mode', 'hard');
    it.ran();
    expect(it.commit().status).toBe(0);
    expect(it.ran().filter((line) => line.includes('pre-commit'))).toEqual([
      ...(folder === null ? [] : ['theirs pre-commit ']),
      'ours pre-commit ',
    ]);
    expect(it.git(['status', '--porcelain']).stdout).toBe('');
    await it.claim('init', '--uninstall');
    expect(folder === null ? null : state(folder(it.repo))).toEqual(before);
    expect(readlinkSync(it.hooks)).toBe(target);
  });
});

test.each(['/dev/null', 'a-file'])('core.hooksPath is %s, which is no folder: our hooks run, and it is said', async (path) => {
  const it = stage();
  writeFileSync(join(it.repo, 'a-file'), '');
  putHook(join(it.hooks, 'pre-commit'), marking('theirs', 'pre-commit'));
  // Before init, and again behind its back.
  it.git(['config', 'core.hooksPath', path]);
  const first = await it.claim('init');
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toContain(`note    core.hooksPath is ${path}, which is no folder, so no other hook runs here`);
  it.ran();
  expect(it.commit().status).toBe(0);
  expect(it.ran()).toContain('ours pre-commit ');
  const said = await it.claim('doctor');
  expect(said).toMatchObject({ code: 0, stderr: '' });
  expect(said.stdout).toMatch(/info {2}core\.hooksPath is .*\n {2}remedy +git config --local --unset-all core\.hooksPath\n/);
  it.git(['config', '--local', '--unset-all', 'core.hooksPath']);
  expect((await it.claim('list')).stderr).toMatch(/they are back/);
  it.commit();
  expect(it.ran()).toContain('theirs pre-commit ');
  expect((await it.claim('doctor')).stdout).not.toContain('core.hooksPath');
  it.git(['config', 'core.hooksPath', path]);
  expect((await it.claim('doctor')).code).toBe(5);
  expect((await it.claim('doctor', '--fix')).stdout).toMatch(/^fixed/m);
  it.ran();
  it.commit();
  expect(it.ran()).toEqual(['ours pre-commit ', 'ours prepare-commit-msg .git/COMMIT_EDITMSG message', 'ours post-commit ']);
});

test('hooks that an earlier version moved behind its own are back where they were', async () => {
  const it = stage();
  const [before, originals] = [readFileSync(join(it.repo, '.git/config'), 'utf8'), join(it.repo, '.git/hooks.before-git-claim')];
  const old = (hook: string) =>
    `#!/bin/sh\n# Installed by git-claim: the hook that was here runs first\ntheirs=\${0%/*}.before-git-claim/${hook}\n[ ! -x "$theirs" ] || "$theirs" "$@" || exit\n`;
  mkdirSync(originals);
  putHook(join(originals, 'pre-commit'), marking('theirs', 'pre-commit'));
  symlinkSync('any', join(originals, 'post-commit'));
  putHook(join(it.hooks, 'any'), marking('theirs', 'post-commit'));
  for (const hook of ['pre-commit', 'post-commit', 'pre-push']) putHook(join(it.hooks, hook), old(hook));
  const said = `[claim]\n\tprogram = "${it.githooks}/../bin/git-claim"\n\thooks = "files pre-commit=1 post-commit=1 pre-push=1"\n`;
  writeFileSync(join(it.repo, '.git/git-claim.config'), said);
  const include = '[include]\n\t# git-claim; to remove: git claim init --uninstall\n\tpath = git-claim.config\n';
  writeFileSync(join(it.repo, '.git/config'), before + include);

  expect((await it.claim('list')).stderr).toMatch(/they are back/);
  it.ran();
  expect(it.commit().status).toBe(0);
  const [first, second] = [it.ran(), await it.claim('init', '--check')];
  expect(first).toEqual([
    'theirs pre-commit ',
    'ours pre-commit ',
    'ours prepare-commit-msg .git/COMMIT_EDITMSG message',
    'theirs post-commit ',
    'ours post-commit ',
  ]);
  expect(second.code).toBe(0);
  await it.claim('init', '--uninstall');
  expect(existsSync(originals)).toBe(false);
  expect(readFileSync(join(it.hooks, 'pre-commit'), 'utf8')).toBe(marking('theirs', 'pre-commit'));
  expect(readlinkSync(join(it.hooks, 'post-commit'))).toBe('any');
  expect(existsSync(join(it.hooks, 'pre-push'))).toBe(false);
  expect(readFileSync(join(it.repo, '.git/config'), 'utf8')).toBe(before);
});

test('a tool that installs its hook where git looks gets it to where it belongs', async () => {
  const it = stage();
  putHook(join(it.hooks, 'pre-commit'), marking('old', 'pre-commit'));
  await it.claim('init');
  const where = it.git(['rev-parse', '--git-path', 'hooks']).stdout.trim();
  putHook(join(where, 'pre-commit'), marking('new', 'pre-commit'));
  putHook(join(where, 'post-merge'), marking('new', 'post-merge'));
  expect((await it.claim('list')).stderr).toMatch(/they are back, and run after its hooks/);
  it.ran();
  it.commit();
  expect(it.ran().slice(0, 2)).toEqual(['new pre-commit ', 'ours pre-commit ']);
  expect(readFileSync(join(it.hooks, 'pre-commit'), 'utf8')).toBe(marking('new', 'pre-commit'));
  expect(readFileSync(join(it.repo, '.git/hooks.before-git-claim/pre-commit.1'), 'utf8')).toBe(marking('old', 'pre-commit'));
  expect((await it.claim('init', '--uninstall')).stdout).toMatch(/hooks\.before-git-claim\/pre-commit\.1 stays there/);
  expect(readFileSync(join(it.hooks, 'post-merge'), 'utf8')).toBe(marking('new', 'post-merge'));
});

describe('the package is gone', () => {
  const layouts = ['files', 'folder'] as const;

  async function abandoned(mode: string, layout: (typeof layouts)[number]) {
    const it = stage();
    if (layout === 'folder') putHook(join(it.hooks, 'pre-push'), '#!/bin/sh\ncat >/dev/null\n');
    expect((await it.claim('ORDER-1', '--session', 'a')).code).toBe(0);
    await it.claim('init', '--mode', mode);
    it.git(['init', '--quiet', '--bare', '../origin.git']);
    it.git(['remote', 'add', 'origin', '../origin.git']);
    const root = join(it.githooks, '..');
    renameSync(root, join(it.dir, 'gone'));
    const commit = (cwd: string, ...words: string[]) => it.git(['commit', '--quiet', '--allow-empty', '-m', 'x', ...words], cwd);
    return { ...it, root, commit, tree: `${it.repo}.claims/ORDER-1` };
  }

  test.each(layouts)('in hard mode nothing gets to what a claim names, and everything else does (%s)', async (layout) => {
    const { git, commit, repo, tree, root } = await abandoned('hard', layout);
    for (const words of [[], ['--no-verify'], ['--amend', '--no-edit']]) {
      const { status, stderr } = commit(tree, ...words);
      expect({ words, status }).toEqual({ words, status: 1 });
      expect(stderr).toBe(
        `git claim: git-claim is gone from ${root}, and hard mode lets nothing through that it cannot check: install it again and run git claim, which repairs its hooks\n`,
      );
    }
    expect(git(['-c', 'claim.mode=soft', 'commit', '--allow-empty', '-m', 'x'], tree).status).toBe(1);
    expect(git(['push', '--quiet', 'origin', 'order-1']).status).toBe(1);
    expect(git(['branch', '--force', 'order-1', 'main~0', '--no-track'], repo).status).not.toBe(0);
    expect(
      git(['update-ref', 'refs/heads/order-1', git(['commit-tree', '-m', 'x', 'main^{tree}']).stdout.trim()]).status,
    ).not.toBe(0);
    expect(git(['update-ref', '-d', 'refs/claims/ORDER-1']).status).not.toBe(0);
    // Elsewhere.
    const { status, stderr } = commit(repo);
    expect(status).toBe(0);
    expect(stderr.match(/git-claim is gone from .*, so this was not checked: /g)).toHaveLength(1);
    expect(git(['push', '--quiet', 'origin', 'main']).status).toBe(0);
    for (const words of [
      ['branch', 'other'],
      ['pack-refs', '--all'],
      ['gc', '--quiet'],
      ['branch', '-D', 'other'],
    ])
      expect({ words, ...git(words) }).toMatchObject({ words, status: 0, stderr: expect.not.stringContaining('git claim:') });
  });

  test.each(layouts)(
    'in soft mode one line is said for each commit, and its remedy works without the package (%s)',
    async (layout) => {
      const { git, commit, repo, tree, claim, root, dir } = await abandoned('soft', layout);
      for (const [cwd, ...words] of [[tree], [repo, '--no-verify'], [repo]] as const) {
        const { status, stderr } = commit(cwd, ...words);
        expect(status).toBe(0);
        expect(stderr).toMatch(/^git claim: git-claim is gone from .*, so this was not checked: install it again .*\n$/);
      }
      const [, remedy = ''] = /or remove them: (.*)\n/.exec(commit(repo).stderr) ?? [];
      expect(spawnSync('sh', ['-c', remedy], { cwd: repo }).status).toBe(0);
      expect(commit(tree)).toMatchObject({ status: 0, stderr: '' });
      // Whoever installs it again gets everything back.
      renameSync(join(dir, 'gone'), root);
      expect((await claim('init')).code).toBe(0);
      expect((await claim('init', '--check')).code).toBe(0);
      expect((await claim('init', '--uninstall')).code).toBe(0);
      expect(git(['config', '--get-regexp', '^(include|claim)\\.']).stdout).toBe('');
    },
  );

  test.each(['githooks', 'dist/facts.sh', 'bin'])(
    'doctor sees it, and hard mode refuses, where only %s is gone',
    async (part) => {
      const it = stage();
      await it.claim('ORDER-1', '--session', 'a');
      await it.claim('init', '--mode', 'hard');
      if (part !== 'githooks') cpSync(join(PACKAGE, 'githooks'), it.githooks, { recursive: true });
      rmSync(join(it.githooks, '..', part), { recursive: true });
      const env = { ...it.env, GIT_CLAIM_SESSION: 'b' };
      const words = ['commit', '--allow-empty', '--message', 'x'];
      const { status, stderr } = spawnSync('git', words, { cwd: `${it.repo}.claims/ORDER-1`, env, encoding: 'utf8' });
      expect(status).toBe(1);
      expect(stderr).toMatch(/hard mode (?:refuses what it cannot check|lets nothing through that it cannot check)/);
      const doctor = spawnSync(join(PACKAGE, 'bin/git-claim'), ['doctor'], { cwd: it.repo, env, encoding: 'utf8' });
      expect(doctor.status).toBe(5);
      expect(doctor.stdout).toMatch(/^warn/m);
    },
  );
});

test('a hook of others that is a link to nothing is named, and stays as it is through everything', async () => {
  const it = stage();
  symlinkSync('../../nowhere', join(it.hooks, 'pre-commit'));
  symlinkSync('nowhere', join(it.hooks, 'pre-rebase'));
  const before = state(it.hooks);
  const set = await it.claim('init');
  expect(set.transcript).not.toMatch(/before-git-claim|remove/);
  for (const args of [['init', '--check'], ['doctor', '--fix'], ['doctor']]) {
    const { code, stdout } = await it.claim(...args);
    expect(stdout.match(/^(?:warn|info|fixed) {2}.*hooks.*$/gm)).toEqual([
      'info  .git/hooks: these hooks are links that lead nowhere, so git passes over them: pre-commit, pre-rebase',
    ]);
    expect([args, code]).toEqual([args, 0]);
  }
  expect((await it.claim('init')).stdout).toContain('set up in this repository already');
  expect(it.commit().status).toBe(0);
  // A tool that writes over one of ours gets its link where it belongs, and the one that was there is kept.
  rmSync(join(it.own, 'pre-commit'));
  symlinkSync('elsewhere', join(it.own, 'pre-commit'));
  await it.claim('init');
  expect(readlinkSync(join(it.hooks, 'pre-commit'))).toBe('elsewhere');
  const kept = join(it.repo, '.git/hooks.before-git-claim/pre-commit.1');
  expect(readlinkSync(kept)).toBe('../../nowhere');
  renameSync(kept, join(it.hooks, 'pre-commit'));
  const { stdout } = await it.claim('init', '--uninstall');
  expect(stdout).not.toContain('before-git-claim');
  expect([state(it.hooks), existsSync(it.own)]).toEqual([before, false]);
});
