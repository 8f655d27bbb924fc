import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type GitOptions, git, installHooks, stage } from '../support/hooks.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

const QUIET = { code: 0, out: '' };
const EDITOR = { GIT_EDITOR: ':', GIT_SEQUENCE_EDITOR: ':' };

type Place = { readonly sandbox: Sandbox; readonly tree: string };

/** Hard mode, so that anything wrong is refused; git runs as the holder, or as somebody else. */
async function held(where: 'main' | 'linked'): Promise<Place> {
  const sandbox = createSandbox();
  installHooks(sandbox, 'hard');
  stage(sandbox, 'file', '1\n2\n3\n4\n5\n6\n');
  sandbox.git(['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '-m', 'file']);
  if (where === 'main') sandbox.git(['switch', '-q', '-c', 'order-1']);
  const options = where === 'main' ? ['--no-worktree'] : [];
  await runCli(sandbox, [...options, 'ORDER-1'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  return { sandbox, tree: where === 'main' ? sandbox.repo : join(sandbox.dir, 'my äpp.claims/ORDER-1') };
}

const as = ({ sandbox, tree }: Place, session: string, args: readonly string[], options: GitOptions = {}) =>
  git(sandbox, args, { cwd: tree, session, ...options, env: { ...EDITOR, ...options.env } });
const trailers = ({ sandbox, tree }: Place, commit = 'HEAD') =>
  sandbox.git(['log', '-1', '--format=%(trailers:only,unfold,separator=%x2C)', commit], tree);
const OURS = 'Order: ORDER-1,Claim-Session: alice';

describe.each(['main', 'linked'] as const)('in a %s worktree', (where) => {
  test('every way to commit is quiet for the holder, and refused to another session', async () => {
    const place = await held(where);
    const { sandbox, tree } = place;
    const change = (text: string) => writeFileSync(join(tree, 'file'), text);
    const ways: (readonly [args: readonly string[], input?: string])[] = [
      [['commit', '-q', '-a', '-m', 'all']],
      [['commit', '-q', '-p', '-m', 'patch'], 'y\n'],
      [['commit', '-q', '--only', 'file', '-m', 'only']],
      [['commit', '-q', '-i', 'file', '-m', 'include']],
      [['commit', '-q', '--amend', '-a', '--no-edit']],
    ];
    for (const [at, [args, input = '']] of ways.entries()) {
      change(`${at}\n2\n3\n4\n5\n6\n`);
      const before = sandbox.git(['rev-parse', 'HEAD'], tree);
      const other = as(place, 'bob', args, { input });
      expect({ args, ...other, head: sandbox.git(['rev-parse', 'HEAD'], tree) }).toEqual({
        args,
        code: 1,
        out: expect.stringContaining('git claim: refused: order-1 is the branch of ORDER-1: alice holds it'),
        head: before,
      });
      sandbox.git(['reset', '-q'], tree);
      const own = as(place, 'alice', args, { input });
      expect({ args, code: own.code, said: own.out.includes('git claim') }).toEqual({ args, code: 0, said: false });
      expect({ args, trailers: trailers(place) }).toEqual({ args, trailers: OURS });
    }
  });

  test('cherry-pick, revert, merge and rebase', async () => {
    const place = await held(where);
    const { sandbox, tree } = place;
    sandbox.git(['branch', 'side', 'main']);
    const elsewhere = join(sandbox.dir, 'side');
    sandbox.git(['-c', 'core.hooksPath=/dev/null', 'worktree', 'add', '-q', elsewhere, 'side']);
    for (const name of ['one', 'two']) {
      stage(sandbox, name, name, elsewhere);
      sandbox.git(['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '-m', name], elsewhere);
    }
    const back = sandbox.git(['rev-parse', 'HEAD'], tree);
    // Git keeps no note of a revert that a hook refuses.
    const ways = [
      { args: ['cherry-pick', 'side'], undo: ['cherry-pick', '--abort'] },
      { args: ['revert', '--no-edit', 'main'], undo: ['reset', '-q', '--hard'] },
      { args: ['merge', '-q', '--no-ff', '--no-edit', 'side'], undo: ['merge', '--abort'] },
    ];
    for (const { args, undo } of ways) {
      const other = as(place, 'bob', args);
      expect({ args, refused: other.code !== 0, out: other.out }).toEqual({
        args,
        refused: true,
        out: expect.stringContaining('alice holds it'),
      });
      expect({ undo, ...as(place, 'bob', undo) }).toMatchObject({ undo, code: 0 });
      const own = as(place, 'alice', args);
      expect({ args, code: own.code, said: own.out.includes('git claim') }).toEqual({ args, code: 0, said: false });
      expect({ args, trailers: trailers(place) }).toEqual({ args, trailers: OURS });
      expect(as(place, 'alice', ['reset', '-q', '--hard', back])).toEqual(QUIET);
    }
    stage(sandbox, 'mine', 'mine', tree);
    expect(as(place, 'alice', ['commit', '-q', '-m', 'mine'])).toEqual(QUIET);
    const other = as(place, 'bob', ['rebase', '-q', 'side']);
    expect(other).toEqual({ code: 1, out: expect.stringContaining('alice holds it') });
    expect(as(place, 'bob', ['rebase', '--abort'])).toEqual(QUIET);
    expect(as(place, 'alice', ['rebase', '-q', 'side'])).toEqual(QUIET);
    expect(trailers(place)).toBe(OURS);
    expect(sandbox.git(['symbolic-ref', '--short', 'HEAD'], tree)).toBe('order-1');
  });

  test('a detached HEAD and a bisect: the binding speaks', async () => {
    const place = await held(where);
    const { sandbox, tree } = place;
    expect(as(place, 'alice', ['switch', '-q', '--detach'])).toEqual(QUIET);
    expect(as(place, 'alice', ['commit', '-q', '--allow-empty', '-m', 'detached'])).toEqual(QUIET);
    expect(trailers(place)).toBe(OURS);
    expect(as(place, 'bob', ['commit', '-q', '--allow-empty', '-m', 'detached'])).toMatchObject({ code: 1 });
    expect(as(place, 'alice', ['switch', '-q', 'order-1'])).toEqual(QUIET);
    for (const args of [['start'], ['bad'], ['good', 'HEAD~1'], ['reset']])
      expect(as(place, 'alice', ['bisect', ...args]).out).not.toContain('git claim');
    const binding = join(sandbox.git(['rev-parse', '--absolute-git-dir'], tree), 'claim/binding');
    expect(readFileSync(binding, 'utf8')).toMatch(/^ORDER-1 1 [0-9a-f]{40} alice\n$/);
  });

  test('git told of the repository, the index and the worktree by its environment, from anywhere', async () => {
    const place = await held(where);
    const { sandbox, tree } = place;
    const gitDir = sandbox.git(['rev-parse', '--absolute-git-dir'], tree);
    const env = { GIT_DIR: gitDir, GIT_WORK_TREE: tree, GIT_INDEX_FILE: join(sandbox.dir, 'index') };
    sandbox.git(['read-tree', 'HEAD', `--index-output=${env.GIT_INDEX_FILE}`], tree);
    writeFileSync(join(tree, 'new'), 'new');
    expect(as(place, 'alice', ['add', 'new'], { env })).toEqual(QUIET);
    const poison = { GIT_LITERAL_PATHSPECS: '1', GIT_EXTERNAL_DIFF: 'false', GIT_PAGER: 'false' };
    expect(as(place, 'bob', ['commit', '-q', '-m', 'x'], { env, cwd: sandbox.dir })).toMatchObject({ code: 1 });
    expect(as(place, 'alice', ['commit', '-q', '-m', 'x'], { env: { ...env, ...poison }, cwd: sandbox.dir })).toEqual(QUIET);
    expect(trailers(place)).toBe(OURS);
    expect(as(place, 'alice', ['-C', tree, 'commit', '-q', '--allow-empty', '-m', 'x'], { cwd: sandbox.dir })).toEqual(QUIET);
  });
});

test('a submodule is a repository of its own', async () => {
  const place = await held('linked');
  const { sandbox, tree } = place;
  const inner = createSandbox();
  sandbox.git(
    ['-c', 'protocol.file.allow=always', '-c', 'core.hooksPath=/dev/null', 'submodule', 'add', '-q', inner.repo, 'inner'],
    tree,
  );
  const cwd = join(tree, 'inner');
  installHooks(sandbox, 'hard', cwd);
  expect(as(place, 'bob', ['commit', '-q', '--allow-empty', '-m', 'inside'], { cwd })).toEqual(QUIET);
  await runCli(sandbox, ['--no-worktree', 'ORDER-7'], { cwd, env: { GIT_CLAIM_SESSION: 'carol' } });
  expect(as(place, 'bob', ['commit', '-q', '--allow-empty', '-m', 'inside'], { cwd })).toMatchObject({ code: 1 });
  expect(as(place, 'alice', ['commit', '-q', '-m', 'module'])).toEqual(QUIET);
});

test('a program with windows, whose PATH has no node', async () => {
  const place = await held('linked');
  const { sandbox, tree } = place;
  const PATH = join(sandbox.dir, 'bare');
  mkdirSync(PATH);
  for (const program of ['git', 'sh', 'sleep', 'rm', 'cat', 'grep', 'awk', 'tr', 'readlink']) {
    const path = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
    spawnSync('ln', ['-s', path, join(PATH, program)]);
  }
  const bare = { env: { PATH } };
  expect(as(place, 'alice', ['commit', '-q', '--allow-empty', '-m', 'x'], bare)).toEqual(QUIET);
  const hard = as(place, 'bob', ['commit', '-q', '--allow-empty', '-m', 'x'], bare);
  expect(hard).toEqual({
    code: 1,
    out: expect.stringMatching(/node is not on the PATH.*\ngit claim: could not check this .*hard mode refuses/),
  });
  sandbox.git(['config', 'claim.node', process.execPath]);
  expect(as(place, 'bob', ['commit', '-q', '--allow-empty', '-m', 'x'], bare).out).toContain('alice holds it');
  sandbox.git(['config', '--unset', 'claim.node']);
  sandbox.git(['config', 'claim.mode', 'soft']);
  const soft = as(place, 'bob', ['commit', '-q', '--allow-empty', '-m', 'x'], bare);
  expect(soft).toEqual({ code: 0, out: expect.stringContaining('it was let through') });
  expect(existsSync(join(tree, '.git'))).toBe(true);
});
