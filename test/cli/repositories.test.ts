import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

const ALICE = { GIT_CLAIM_SESSION: 'alice' };
const BOB = { GIT_CLAIM_SESSION: 'bob' };

type Kind = [name: string, make: (sandbox: Sandbox) => string, options?: readonly string[]];

/** Each makes a repository and returns the folder to run commands in. */
const KINDS: readonly Kind[] = [
  ['an ordinary repository', ({ repo }) => repo],
  ['a sub-folder', ({ repo }) => folder(join(repo, 'a/b'))],
  ['the git directory', ({ repo }) => join(repo, '.git'), ['--no-worktree']],
  ['the git directory, with a worktree', ({ repo }) => join(repo, '.git')],
  ['a folder of the git directory', ({ repo }) => join(repo, '.git/refs/heads')],
  ['a linked worktree', linked],
  ['the present linked worktree', linked, ['--no-worktree']],
  ['a sub-folder of a linked worktree', (sandbox) => folder(join(linked(sandbox), 'a'))],
  ['a detached HEAD', (sandbox) => after(sandbox, ['checkout', '-q', '--detach'])],
  ['the present tree on a detached HEAD', (sandbox) => after(sandbox, ['checkout', '-q', '--detach']), ['--no-worktree']],
  ['the present tree on another branch', (sandbox) => after(sandbox, ['checkout', '-q', '-b', 'feature']), ['--no-worktree']],
  ['SHA-256', (sandbox) => made(sandbox, 'sha256', ['--object-format=sha256'])],
  ['a bare repository', (sandbox) => bare(sandbox, 'app.git'), ['--no-worktree']],
  ['a bare repository, with a worktree', (sandbox) => bare(sandbox, 'app.git')],
  ['a bare repository in .bare', (sandbox) => folderOfTrees(sandbox)],
  ['a worktree of a bare repository', (sandbox) => treeOf(sandbox, bare(sandbox, 'app.git'))],
  ['the present worktree of a bare repository', (sandbox) => treeOf(sandbox, bare(sandbox, 'app.git')), ['--no-worktree']],
  ['a shallow clone', shallow],
  ['a submodule', submodule],
  ['the present tree of a submodule', submodule, ['--no-worktree']],
  ['a separate git directory', (sandbox) => made(sandbox, 'app', [`--separate-git-dir=${join(sandbox.dir, 'sep arate')}`])],
  ['the present tree of a separate git directory', separateOnBranch, ['--no-worktree']],
  ['quotes in the path', (sandbox) => made(sandbox, `it's "$(id)" \`x\` $HOME & ; | <b>`)],
  ['unicode in the path', (sandbox) => made(sandbox, 'größe 漢字 😀 e\u0301')],
  ['a line break in the path', (sandbox) => made(sandbox, 'two\nlines\n')],
  ['a line break in the path of a linked worktree', (sandbox) => treeOf(sandbox, made(sandbox, 'two\nlines\n'), 'three\n')],
  ['control characters in the path', (sandbox) => made(sandbox, 'a\x1b[31m\tb')],
  ['a replacement pattern in the path', (sandbox) => made(sandbox, "$& $1 $'")],
  ['core.worktree', coreWorktree],
  ['the present tree of core.worktree', coreWorktree, ['--no-worktree']],
  ['extensions.worktreeConfig', (sandbox) => after(sandbox, ['config', 'extensions.worktreeConfig', 'true'])],
  ['a symbolic link to the repository', (sandbox) => link(sandbox.repo, join(sandbox.dir, 'link'))],
  ['a repository without a configuration', (sandbox) => without(sandbox, '.git/config')],
];

test.each(KINDS)('a claim lives an ordinary life in %s', async (_, make, options = []) => {
  const sandbox = createSandbox();
  const cwd = make(sandbox);
  const run = async (env: Record<string, string>, ...args: string[]) => {
    const { code, stdout } = await runCli(sandbox, [...args, '--json'], { env, cwd });
    return { code, document: JSON.parse(stdout) as { claims?: { worktree: string | null }[]; warnings?: object[] } };
  };
  const claimed = await run(ALICE, 'ORDER-1', ...options);
  expect(claimed).toMatchObject({
    code: 0,
    document: { ok: true, claims: [{ order: 'ORDER-1', state: 'active', mine: true }], warnings: [] },
  });
  const tree = claimed.document.claims?.[0]?.worktree ?? null;
  if (tree !== null) expect(existsSync(join(tree, '.git'))).toBe(true);
  if (options.length === 0) expect(git(sandbox, tree as string, 'rev-parse', '--abbrev-ref', 'HEAD')).toBe('order-1');

  expect(await run(BOB, 'ORDER-1', ...options)).toMatchObject({
    code: 3,
    document: { error: { code: 'held', claim: { worktree: tree } } },
  });
  expect(await run(ALICE, 'ORDER-1', ...options)).toMatchObject({
    code: 0,
    document: { claims: [{ generation: 1, worktree: tree }], warnings: [] },
  });
  expect(await run(ALICE, 'status')).toMatchObject({
    code: 0,
    document: { claims: [{ order: 'ORDER-1', mine: true }], warnings: [] },
  });
  expect(await run(BOB, 'list')).toMatchObject({ code: 0, document: { claims: [{ order: 'ORDER-1', mine: false }] } });
  expect(await run(ALICE, 'worktree', 'list')).toMatchObject({ code: 0 });
  expect(await run(ALICE, 'complete', 'ORDER-1')).toMatchObject({ code: 0, document: { claims: [{ state: 'completed' }] } });
  expect(await run(ALICE, 'ORDER-1', '--reopen', ...options)).toMatchObject({
    code: 0,
    document: { claims: [{ generation: 2, worktree: tree }] },
  });
  expect(await run(ALICE, 'release', 'ORDER-1')).toMatchObject({ code: 0, document: { claims: [{ state: 'released' }] } });
  expect(await run(BOB, 'log', 'ORDER-1')).toMatchObject({ code: 0, document: { history: [{}, {}, {}, {}] } });
  expect(git(sandbox, cwd, 'fsck', '--strict')).not.toMatch(/error|missing/);
});

test('git exports and bundles a repository with claims that were renewed, and imports it again', async () => {
  const sandbox = createSandbox();
  const { git, dir } = sandbox;
  await runCli(sandbox, ['ORDER-1', '--path', 'src'], { env: ALICE });
  await runCli(sandbox, ['renew', 'ORDER-1'], { env: ALICE });
  await runCli(sandbox, ['paths', 'docs'], { env: BOB });
  expect(git(['cat-file', '-t', 'refs/claims/ORDER-1^{}'])).toBe('tree');
  git(['bundle', 'create', '--quiet', join(dir, 'bundle'), '--all']);
  git(['clone', '--quiet', '--mirror', join(dir, 'bundle'), join(dir, 'mirror')]);
  expect(git(['for-each-ref', 'refs/claims/'], join(dir, 'mirror'))).toBe(git(['for-each-ref', 'refs/claims/']));
  git(['init', '--quiet', join(dir, 'copy')]);
  const exported = execFileSync('git', ['fast-export', '--all'], {
    cwd: sandbox.repo,
    env: sandbox.env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  execFileSync('git', ['fast-import', '--quiet'], { cwd: join(dir, 'copy'), env: sandbox.env, input: exported });
  expect(git(['rev-parse', 'main'], join(dir, 'copy'))).toBe(git(['rev-parse', 'main']));
});

test('all worktrees of a repository see the same claims', async () => {
  const sandbox = createSandbox();
  const trees = [sandbox.repo, linked(sandbox), join(sandbox.repo, '.git')];
  await runCli(sandbox, ['ORDER-1', '--no-worktree'], { env: ALICE, cwd: trees[1] as string });
  for (const cwd of trees) {
    const { stdout } = await runCli(sandbox, ['list', '--json'], { env: BOB, cwd });
    expect((JSON.parse(stdout) as { claims: object[] }).claims).toMatchObject([
      { order: 'ORDER-1', session: 'alice', worktree: trees[1] },
    ]);
  }
});

test('an unborn branch: no worktree can be made, which is said with what to do; a claim without one works', async () => {
  const sandbox = createSandbox();
  const cwd = folder(join(sandbox.dir, 'unborn'));
  git(sandbox, cwd, 'init', '-q');
  expect((await runCli(sandbox, ['ORDER-1'], { env: ALICE, cwd })).transcript).toBe(`$ git claim ORDER-1
stderr:
error: this repository has no commit a branch could start from
  hint    make a first commit, or claim for this worktree: git claim --no-worktree <order>
exit 128
`);
  expect((await runCli(sandbox, ['--no-worktree', 'ORDER-1'], { env: ALICE, cwd })).code).toBe(0);
  expect((await runCli(sandbox, ['complete', 'ORDER-1'], { env: ALICE, cwd })).code).toBe(0);
});

test('outside of a repository every command says so', async () => {
  const sandbox = createSandbox();
  for (const args of [['ORDER-1'], ['status'], ['list'], ['release', 'ORDER-1']]) {
    const { code, stderr } = await runCli(sandbox, args, { env: ALICE, cwd: sandbox.dir });
    expect([code, stderr.split('\n')[0]]).toEqual([128, 'error: this is not a git repository (nor is any folder above it)']);
  }
});

test('git -C and --git-dir point it at a repository', async () => {
  const sandbox = createSandbox();
  const claim = (...options: string[]) =>
    execFileSync('git', [...options, 'claim', '--session', 'alice', '--no-worktree', 'ORDER-1'], {
      cwd: sandbox.dir,
      env: sandbox.env,
      encoding: 'utf8',
    });
  expect(claim('-C', sandbox.repo)).toContain('ORDER-1 is yours (generation 1');
  expect(claim(`--git-dir=${sandbox.repo}/.git`)).toContain('ORDER-1 is yours already');
});

test('nobody needs a name or a home to claim', async () => {
  const sandbox = createSandbox();
  rmSync(join(sandbox.env['HOME'] as string, '.gitconfig'));
  for (const env of [{ HOME: '' }, { HOME: undefined }, { HOME: '/nowhere' }]) {
    const claimed = await runCli(sandbox, ['ORDER-1'], { env: { ...ALICE, ...env } });
    expect([claimed.code, claimed.stderr]).toEqual([0, '']);
    expect((await runCli(sandbox, ['release', 'ORDER-1'], { env: { ...ALICE, ...env } })).code).toBe(0);
  }
  expect(sandbox.git(['for-each-ref', '--format=%(taggername) %(taggeremail)', 'refs/claims'])).toBe(
    'git-claim <git-claim@localhost>',
  );
});

test('worktrees beyond a symbolic link are found again', async () => {
  const sandbox = createSandbox();
  folder(join(sandbox.dir, 'disk'));
  symlinkSync(join(sandbox.dir, 'disk'), join(sandbox.dir, 'trees'));
  sandbox.git(['config', 'claim.worktrees', '../trees/<order>']);
  await runCli(sandbox, ['ORDER-1'], { env: ALICE });
  const rows = await runCli(sandbox, ['worktree', 'list', '--json'], { env: ALICE });
  expect((JSON.parse(rows.stdout) as { worktrees: object[] }).worktrees[1]).toMatchObject({ order: 'ORDER-1', session: 'alice' });
  await runCli(sandbox, ['release', 'ORDER-1'], { env: ALICE });
  expect((await runCli(sandbox, ['ORDER-1'], { env: BOB })).code).toBe(0);
  expect((await runCli(sandbox, ['worktree', 'remove', 'ORDER-1'], { env: BOB })).code).toBe(0);
});

const hasReftable = (() => {
  try {
    const dir = createSandbox().dir;
    execFileSync('git', ['init', '-q', '--ref-format=reftable', join(dir, 'reftable')], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test('a claim lives an ordinary life in a reftable', async ({ skip }) => {
  skip(!hasReftable, 'this git knows no reftable (git 2.45 does)');
  const sandbox = createSandbox();
  const cwd = made(sandbox, 'reftable', ['--ref-format=reftable']);
  const codes = [];
  for (const [env, args] of [
    [ALICE, ['ORDER-1']],
    [BOB, ['ORDER-1']],
    [ALICE, ['release', 'ORDER-1']],
    [BOB, ['ORDER-1']],
  ] as const) {
    codes.push((await runCli(sandbox, args, { env, cwd })).code);
  }
  expect(codes).toEqual([0, 3, 0, 0]);
});

test('a hook that vetoes every change of a ref decides no ownership, be it a file or configured (git 2.54)', async () => {
  const sandbox = createSandbox();
  const hooks = folder(join(sandbox.repo, '.git/hooks'));
  writeFileSync(join(hooks, 'reference-transaction'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  for (const name of ['veto', 'Ve.to=1']) {
    for (const [key, value] of Object.entries({ event: 'reference-transaction', command: 'exit 1; #' })) {
      writeFileSync(join(sandbox.repo, '.git/config'), `[hook "${name}"]\n\t${key} = "${value}"\n`, { flag: 'a' });
    }
  }
  expect((await runCli(sandbox, ['--no-worktree', 'ORDER-1'], { env: ALICE })).code).toBe(0);
  expect((await runCli(sandbox, ['--no-worktree', 'ORDER-1'], { env: BOB })).code).toBe(3);
});

function git(sandbox: Sandbox, cwd: string, ...args: string[]): string {
  return sandbox.git(['-c', 'protocol.file.allow=always', ...args], cwd);
}

function folder(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}

function after(sandbox: Sandbox, args: readonly string[]): string {
  sandbox.git(args);
  return sandbox.repo;
}

function made(sandbox: Sandbox, name: string, options: readonly string[] = []): string {
  const path = folder(join(sandbox.dir, 'more', name));
  git(sandbox, path, 'init', '-q', ...options);
  git(sandbox, path, 'commit', '-q', '--allow-empty', '-m', 'first');
  return path;
}

function linked(sandbox: Sandbox): string {
  return treeOf(sandbox, sandbox.repo);
}

function treeOf(sandbox: Sandbox, repo: string, name = 'a linked tree'): string {
  const path = join(sandbox.dir, name);
  git(sandbox, repo, 'worktree', 'add', '-q', '-b', 'linked', path);
  return path;
}

function bare(sandbox: Sandbox, name: string): string {
  const path = join(sandbox.dir, 'bare', name);
  git(sandbox, sandbox.dir, 'clone', '-q', '--bare', sandbox.repo, path);
  return path;
}

/** `project/.bare` with `project/.git` pointing to it, and the worktrees beside them. */
function folderOfTrees(sandbox: Sandbox): string {
  const project = folder(join(sandbox.dir, 'project'));
  git(sandbox, sandbox.dir, 'clone', '-q', '--bare', sandbox.repo, join(project, '.bare'));
  execFileSync('sh', ['-c', 'echo "gitdir: ./.bare" >.git'], { cwd: project });
  return treeOf(sandbox, project, 'project/main tree');
}

function shallow(sandbox: Sandbox): string {
  for (const n of ['2', '3']) sandbox.git(['commit', '-q', '--allow-empty', '-m', n]);
  git(sandbox, sandbox.dir, 'clone', '-q', '--depth=1', `file://${sandbox.repo}`, 'shallow');
  return join(sandbox.dir, 'shallow');
}

function submodule(sandbox: Sandbox): string {
  const inner = made(sandbox, 'inner');
  git(sandbox, sandbox.repo, 'submodule', '--quiet', 'add', inner, 'lib/sub module');
  return join(sandbox.repo, 'lib/sub module');
}

function separateOnBranch(sandbox: Sandbox): string {
  const path = made(sandbox, 'app', [`--separate-git-dir=${join(sandbox.dir, 'sep arate')}`]);
  git(sandbox, path, 'checkout', '-q', '-b', 'feature');
  return path;
}

function coreWorktree(sandbox: Sandbox): string {
  const elsewhere = folder(join(sandbox.dir, 'else where'));
  execFileSync('sh', ['-c', 'printf "gitdir: %s/.git" "$1" >.git', 'sh', sandbox.repo], { cwd: elsewhere });
  sandbox.git(['config', 'core.worktree', '../../else where']);
  git(sandbox, elsewhere, 'checkout', '-q', '-b', 'feature');
  return elsewhere;
}

function link(target: string, path: string): string {
  symlinkSync(target, path);
  return realpathSync(path) === path ? target : path;
}

function without(sandbox: Sandbox, file: string): string {
  rmSync(join(sandbox.repo, file));
  return sandbox.repo;
}
