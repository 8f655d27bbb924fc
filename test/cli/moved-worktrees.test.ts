import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

type Outcome = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** A repository whose order ORDER-1 alice holds, in the worktree `tree`. */
async function place() {
  const sandbox = createSandbox();
  const as = (session: string, args: readonly string[], cwd = sandbox.repo): Promise<Outcome> =>
    runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session }, cwd });
  expect((await as('alice', ['ORDER-1'])).code).toBe(0);
  return { sandbox, as, tree: `${sandbox.repo}.claims/ORDER-1` };
}

async function shown(outcome: Promise<Outcome>): Promise<string | null> {
  return (JSON.parse((await outcome).stdout) as { claims: { worktree: string | null }[] }).claims[0]?.worktree ?? null;
}

function work(tree: string): void {
  writeFileSync(join(tree, 'wip'), 'not committed');
}

/** Each moves the worktree of ORDER-1 and returns where it is then, and the repository. */
const MOVES: readonly [name: string, move: (sandbox: Sandbox, tree: string) => { tree: string; repo: string }][] = [
  [
    'git worktree move',
    (sandbox, tree) => {
      const to = join(sandbox.dir, 'else where');
      sandbox.git(['worktree', 'unlock', tree]);
      sandbox.git(['worktree', 'move', tree, to]);
      return { tree: to, repo: sandbox.repo };
    },
  ],
  ['mv beside the repository', (sandbox, tree) => moved(sandbox, tree, join(sandbox.dir, 'by hand'))],
  ['mv within its folder', (sandbox, tree) => moved(sandbox, tree, `${tree}-renamed`)],
  [
    'the folder of the worktrees renamed',
    (sandbox) => {
      renameSync(`${sandbox.repo}.claims`, join(sandbox.dir, 'trees'));
      return { tree: join(sandbox.dir, 'trees/ORDER-1'), repo: sandbox.repo };
    },
  ],
  [
    'the repository renamed',
    (sandbox, tree) => {
      renameSync(sandbox.repo, join(sandbox.dir, 'other'));
      return { tree, repo: join(sandbox.dir, 'other') };
    },
  ],
  [
    'the repository and the folder of its worktrees renamed',
    (sandbox) => {
      const repo = join(sandbox.dir, 'other');
      renameSync(sandbox.repo, repo);
      renameSync(`${sandbox.repo}.claims`, `${repo}.claims`);
      return { tree: `${repo}.claims/ORDER-1`, repo };
    },
  ],
  [
    'everything moved together',
    (sandbox, tree) => {
      const folder = join(sandbox.dir, 'new home');
      mkdirSync(folder);
      const repo = moved(sandbox, sandbox.repo, join(folder, 'app')).tree;
      mkdirSync(`${sandbox.repo}.claims`, { recursive: true });
      mkdirSync(join(folder, 'app.claims'));
      return { tree: moved(sandbox, tree, join(folder, 'app.claims/ORDER-1')).tree, repo };
    },
  ],
];

function moved({ repo }: Sandbox, from: string, to: string) {
  renameSync(from, to);
  return { tree: to, repo };
}

test.each(MOVES)('a worktree is followed after %s', async (_, move) => {
  const { sandbox, as, tree: before } = await place();
  const { tree, repo } = move(sandbox, before);
  work(tree);
  expect((await as('alice', ['status', 'ORDER-1'], repo)).stdout).not.toMatch(/is gone/);
  expect(await shown(as('alice', ['status', 'ORDER-1', '--json'], repo))).toBe(tree);
  expect(await as('alice', ['complete', 'ORDER-1'], repo)).toMatchObject({ code: 4, stderr: expect.stringContaining('wip') });
  expect(await as('alice', ['complete'], tree)).toMatchObject({ code: 4, stderr: expect.stringContaining('wip') });
  expect(await as('alice', ['ORDER-1'], repo)).toMatchObject({ code: 0, stderr: '' });
  expect(await as('alice', ['worktree', 'add', 'ORDER-1'], repo)).toMatchObject({ code: 0, stderr: '' });
  expect(sandbox.git(['worktree', 'list', '--porcelain'], repo).match(/^worktree .*/gm)).toEqual([
    `worktree ${repo}`,
    `worktree ${tree}`,
  ]);
  rmSync(join(tree, 'wip'));
  expect((await as('alice', ['complete'], tree)).code).toBe(0);
  expect((await as('bob', ['worktree', 'remove', 'ORDER-1'], repo)).code).toBe(0);
  expect(existsSync(tree)).toBe(false);
});

test('a worktree that was moved out of sight shares nothing with the one that is made anew', async () => {
  const { sandbox, as, tree } = await place();
  const away = join(sandbox.dir, 'far/a/way');
  mkdirSync(join(away, '..'), { recursive: true });
  renameSync(tree, away);
  work(away);
  expect((await as('alice', ['worktree', 'add', 'ORDER-1'])).code).toBe(0);
  expect(readFileSync(join(tree, '.git'), 'utf8')).not.toBe(readFileSync(join(away, '.git'), 'utf8'));
  expect(sandbox.git(['status', '--porcelain'], tree)).toBe('');
  expect(() => sandbox.git(['status'], away)).toThrow();
  expect(readFileSync(join(away, 'wip'), 'utf8')).toBe('not committed');
});

test('in a copy of the repository nobody is sent into the worktrees of the original', async () => {
  const { sandbox, as, tree } = await place();
  const copy = join(sandbox.dir, 'copy');
  cpSync(sandbox.repo, copy, { recursive: true });
  work(tree);
  const binding = () => readFileSync(join(sandbox.repo, '.git/worktrees/ORDER-1/claim/binding'), 'utf8');
  const before = binding();
  expect((await as('alice', ['release', 'ORDER-1'], copy)).code).toBe(0);
  expect(await shown(as('bob', ['ORDER-1', '--json'], copy))).toBe(`${copy}.claims/ORDER-1`);
  expect(binding()).toBe(before);
  expect(sandbox.git(['worktree', 'list', '--porcelain']).match(/^locked .*/gm)).toEqual([
    'locked git-claim ORDER-1 generation 1 by alice',
  ]);
  expect(sandbox.git(['status', '--porcelain'], tree)).toBe('?? wip');
  expect(await as('alice', ['complete'], tree)).toMatchObject({ code: 4, stderr: expect.stringContaining('wip') });
});

test('a folder that was copied with its worktree is bound to nothing, and says of what it is a copy', async () => {
  const { sandbox, as, tree } = await place();
  const copy = join(sandbox.dir, 'copy of it');
  cpSync(tree, copy, { recursive: true });
  work(copy);
  const said = await as('alice', ['complete'], copy);
  expect([said.code, said.stderr]).toEqual([129, expect.stringContaining(`this folder is a copy of the worktree ${tree}`)]);
  expect(await shown(as('alice', ['status', 'ORDER-1', '--json'], copy))).toBe(tree);
});

/** Each removes the worktree of a released order in another way than `git claim worktree remove`. */
const LOSSES: readonly [name: string, lose: (sandbox: Sandbox, tree: string) => void][] = [
  ['rm -rf', (_, tree) => rmSync(tree, { recursive: true })],
  [
    'a removal that was killed between the folder and its registration',
    ({ repo }, tree) => {
      rmSync(tree, { recursive: true });
      rmSync(join(repo, '.git/worktrees/ORDER-1/gitdir'));
    },
  ],
  [
    'rm -rf and a prune',
    ({ git }, tree) => {
      rmSync(tree, { recursive: true });
      git(['worktree', 'prune']);
    },
  ],
  [
    'rm -rf of a worktree that another tool had made for the branch',
    ({ git, dir }, tree) => {
      git(['worktree', 'remove', tree]);
      git(['worktree', 'add', '--quiet', join(dir, 'other'), 'order-1']);
      rmSync(join(dir, 'other'), { recursive: true });
    },
  ],
];

test.each(LOSSES)('a released order can be claimed after %s', async (_, lose) => {
  const { sandbox, as, tree } = await place();
  sandbox.git(['commit', '--quiet', '--allow-empty', '--message', 'on the branch'], tree);
  await as('alice', ['release', 'ORDER-1']);
  lose(sandbox, tree);
  expect(await as('bob', ['ORDER-1'])).toMatchObject({ code: 0, stderr: '' });
  expect(sandbox.git(['log', '-1', '--format=%s'], tree)).toBe('on the branch');
});

test('commits that only the detached HEAD of a deleted worktree names are kept', async () => {
  const { sandbox, as, tree } = await place();
  await as('alice', ['release', 'ORDER-1']);
  sandbox.git(['switch', '--quiet', '--detach'], tree);
  sandbox.git(['commit', '--quiet', '--allow-empty', '--message', 'detached'], tree);
  rmSync(tree, { recursive: true });
  expect((await as('bob', ['ORDER-1'])).code).toBe(0);
  expect(sandbox.git(['for-each-ref', '--format=%(subject)', 'refs/claim-rescue'])).toBe('detached');
});

test('a worktree that another tool locked and lost: the claim says how to go on, and that works', async () => {
  const sandbox = createSandbox();
  const gone = join(sandbox.dir, "it's gone");
  const claim = () => runCli(sandbox, ['ORDER-1'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  sandbox.git(['worktree', 'add', '--quiet', '-b', 'order-1', '--lock', '--reason', 'an agent (pid 4194304)', gone]);
  rmSync(gone, { recursive: true });
  const { code, stderr } = await claim();
  expect([code, stderr]).toEqual([
    128,
    expect.stringContaining(`a worktree that is gone and that another tool has locked ("an agent (pid 4194304)")`),
  ]);
  const remedy = /: (git worktree unlock .* && git worktree prune); then again/.exec(stderr)?.[1];
  execFileSync('sh', ['-c', remedy as string], { cwd: sandbox.repo, env: sandbox.env });
  expect((await claim()).code).toBe(0);
});

/** Each makes a repository whose main worktree git itself does not list; returns that worktree. */
const ELSEWHERE: readonly [name: string, make: (sandbox: Sandbox) => string][] = [
  [
    '.git is a link',
    ({ repo }) => {
      renameSync(join(repo, '.git'), join(repo, '.git.nosync'));
      symlinkSync('.git.nosync', join(repo, '.git'));
      writeFileSync(join(repo, '.git/info/exclude'), '.git.nosync\n');
      return repo;
    },
  ],
  [
    '.git is a link out of the repository',
    ({ repo, dir }) => {
      renameSync(join(repo, '.git'), join(dir, 'store'));
      symlinkSync(join(dir, 'store'), join(repo, '.git'));
      return repo;
    },
  ],
  [
    'the git directory is separate',
    ({ repo, dir, git }) => {
      mkdirSync(join(dir, 'sep/ar'), { recursive: true });
      git(['init', '--quiet', `--separate-git-dir=${join(dir, 'sep/ar/ate')}`]);
      return repo;
    },
  ],
  [
    'core.bare was set by mistake',
    ({ repo, git }) => {
      git(['config', 'core.bare', 'true']);
      return repo;
    },
  ],
  [
    'core.worktree is in the configuration of the main worktree alone',
    ({ repo, dir, git }) => {
      const to = join(dir, 'else where');
      mkdirSync(to);
      git(['config', 'extensions.worktreeConfig', 'true']);
      git(['config', '--worktree', 'core.worktree', '../../else where']);
      writeFileSync(join(to, '.git'), `gitdir: ${repo}/.git\n`);
      git(['checkout', '--quiet', '-f', 'main'], to);
      return to;
    },
  ],
];

test.each(ELSEWHERE)('if %s, worktrees are made beside the main worktree, and all see its orders', async (_, make) => {
  const sandbox = createSandbox();
  mkdirSync(join(sandbox.repo, 'orders'));
  writeFileSync(join(sandbox.repo, 'orders/ORDER-1.md'), '---\nid: ORDER-1\ntitle: Fix\nstatus: ready\n---\n');
  sandbox.git(['add', 'orders']);
  sandbox.git(['commit', '--quiet', '--message', 'orders']);
  const main = make(sandbox);
  const as = (session: string, args: readonly string[], cwd = main) =>
    runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session }, cwd });
  expect(await shown(as('alice', ['ORDER-1', '--json']))).toBe(`${main}.claims/ORDER-1`);
  const tree = `${main}.claims/ORDER-1`;
  expect(sandbox.git(['rev-parse', '--is-inside-work-tree'], tree)).toBe('true');
  expect(sandbox.git(['status', '--porcelain'], tree)).toBe('');
  expect(await shown(as('alice', ['ORDER-2', '--json'], tree))).toBe(`${main}.claims/ORDER-2`);
  const rows = JSON.parse((await as('bob', ['worktree', 'list', '--json'], tree)).stdout) as { worktrees: { path: string }[] };
  expect(rows.worktrees.map(({ path }) => path)).toEqual([main, tree, `${main}.claims/ORDER-2`]);
  expect((await as('alice', ['complete', 'ORDER-1'], tree)).code).toBe(0);
  expect((await as('bob', ['ORDER-3', '--no-worktree'])).code).toBe(0);
  expect(await shown(as('alice', ['status', 'ORDER-3', '--json'], tree))).toBe(main);
});

test('worktrees of a bare repository are usable where worktrees have configurations of their own', async () => {
  const sandbox = createSandbox();
  const box = join(sandbox.dir, 'box');
  mkdirSync(box);
  sandbox.git(['clone', '--quiet', '--bare', sandbox.repo, join(box, '.bare')]);
  writeFileSync(join(box, '.git'), 'gitdir: ./.bare\n');
  sandbox.git(['config', 'extensions.worktreeConfig', 'true'], box);
  const as = (session: string, args: readonly string[], cwd = box) =>
    runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session }, cwd });
  const tree = await shown(as('alice', ['ORDER-1', '--json']));
  expect(sandbox.git(['status', '--porcelain'], tree as string)).toBe('');
  // One that another tool made for the branch is made usable when it is adopted.
  sandbox.git(['worktree', 'add', '--quiet', '-b', 'order-2', join(sandbox.dir, 'made elsewhere')], box);
  expect(await shown(as('alice', ['ORDER-2', '--json']))).toBe(join(sandbox.dir, 'made elsewhere'));
  expect(sandbox.git(['status', '--porcelain'], join(sandbox.dir, 'made elsewhere'))).toBe('');
  expect((await as('alice', ['complete'], tree as string)).code).toBe(0);
});
