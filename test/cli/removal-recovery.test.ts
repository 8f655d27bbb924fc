import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { pruneMerged } from '../../src/usecases/trees/remove-several.ts';
import { wire } from '../../src/wire.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

test('what is made after the list was agreed to keeps a worktree, and is named', async () => {
  const { sandbox, tree, finish } = place();
  await finish('ORDER-1');
  sandbox.git(['merge', '--quiet', 'order-1']);
  const { env, repo: cwd } = sandbox;
  const ports = await wire({ cwd, env: { ...env }, session: 'alice', anchor: null, isSurveying: false });
  const outcome = await pruneMerged(ports, async ({ going }) => {
    expect(going.map(({ contents }) => contents.ignored.count)).toEqual([0]);
    writeFileSync(join(tree, '.env'), 'KEY=1');
    return true;
  });
  ports.cache.close();
  expect(outcome).toMatchObject({
    removed: [],
    kept: [{ order: 'ORDER-1', why: { kind: 'failure', failure: { kind: 'worktree-grown', files: ['.env'] } } }],
  });
  expect(readFileSync(join(tree, '.env'), 'utf8')).toBe('KEY=1');
});

test('a removal with --save that was killed is put back whole, and the ref that is named has what is there', async () => {
  const { sandbox, tree, say, kill } = place();
  await say(['ORDER-1']);
  writeFileSync(join(tree, 'file'), 'staged');
  sandbox.git(['add', 'file'], tree);
  for (const [name, text] of Object.entries(WORK)) writeFileSync(join(tree, name), text);
  unlinkSync(join(tree, 'other'));
  await kill('draft file removal journal#2', ['worktree', 'remove', '--save', 'ORDER-1']);
  const [aside = ''] = readdirSync(`${sandbox.repo}.claims`);
  expect(aside).toMatch(/^\.ORDER-1\.going-/);
  writeFileSync(join(`${sandbox.repo}.claims`, aside, 'later'), 'written later');
  const again = await say(['ORDER-1']);
  const ref = /its removal was cut short; what is in it is kept as (\S+)/.exec(again.stderr)?.[1] as string;
  for (const [name, text] of Object.entries(WORK)) expect(readFileSync(join(tree, name), 'utf8')).toBe(text);
  expect(existsSync(join(tree, 'other'))).toBe(false);
  expect(sandbox.git(['show', `${ref}:later`])).toBe('written later');
  expect(sandbox.git(['show', `${ref}:new`])).toBe(WORK.new);
  expect(sandbox.git(['show', `${ref}^2:file`])).toBe('staged');
  expect(sandbox.git(['show', `${ref}^3:.env`])).toBe(WORK['.env']);
});

const WORK = { file: 'changed', new: 'untracked', '.env': 'ignored' };

test('a removal that was killed before it was done stays as it is while its disk is away', async () => {
  const { sandbox, say, kill } = place();
  for (const order of ['ORDER-1', 'ORDER-2']) await say([order]);
  await kill('half file discard worktree', ['worktree', 'remove', 'ORDER-1']);
  const [disk, away] = [`${sandbox.repo}.claims`, join(sandbox.dir, 'hôme/disk/away')];
  mkdirSync(dirname(away));
  renameSync(disk, away);
  await say(['worktree', 'remove', 'ORDER-2']);
  renameSync(away, disk);
  // The repository is moved with its worktrees besides.
  const moved = join(sandbox.dir, 'moved');
  for (const suffix of ['', '.claims']) renameSync(sandbox.repo + suffix, moved + suffix);
  const { stderr } = await say(['worktree', 'remove', 'ORDER-2'], moved);
  expect(stderr).toContain(`its worktree is back at ${moved}.claims/ORDER-1, because`);
  expect(sandbox.git(['status', '--porcelain'], `${moved}.claims/ORDER-1`)).toBe('');
});

test('a removal that was killed when only a folder was left is finished by a prune, and what was written there is not lost', async () => {
  const { sandbox, say, kill } = place();
  await say(['ORDER-1']);
  await kill('draft file discard worktree', ['worktree', 'remove', 'ORDER-1']);
  const trees = `${sandbox.repo}.claims`;
  const [aside = ''] = readdirSync(trees);
  mkdirSync(join(trees, aside, 'empty'), { recursive: true });
  writeFileSync(join(trees, aside, 'log'), 'written later');
  const pruned = await say(['worktree', 'prune']);
  const left = /which was cut short, is finished \((.*)\)/.exec(pruned.stdout)?.[1] as string;
  expect(readdirSync(trees)).toEqual([left.slice(trees.length + 1)]);
  expect(readFileSync(join(left, 'log'), 'utf8')).toBe('written later');
  expect(readdirSync(left)).toEqual(['log']);
  expect(sandbox.git(['worktree', 'list']).split('\n')).toHaveLength(1);
});

test('a worktree with a split index is kept and removed', async () => {
  const { sandbox, tree, say } = place();
  sandbox.git(['config', 'core.splitIndex', 'true']);
  await say(['ORDER-1']);
  sandbox.git(['update-index', '--split-index'], tree);
  writeFileSync(join(tree, 'new'), 'untracked');
  // What is ignored is a parent of its own, and a merge shows nothing by itself.
  writeFileSync(join(sandbox.repo, '.git/info/exclude'), '.env\n');
  writeFileSync(join(tree, '.env'), 'KEY=1');
  const removed = await say(['worktree', 'remove', '--save', 'ORDER-1']);
  const [, look = '', ref] = /git (log -p -1 --first-parent (\S+))/.exec(removed.stdout) ?? [];
  expect(sandbox.git(look.split(' '))).toContain('+untracked');
  expect(sandbox.git(['show', `${ref}:new`, `${ref}^2:.env`])).toBe('untrackedKEY=1');
});

test('a prune keeps what only a worktree named whose folder is gone: commits, and what was staged', async () => {
  const { sandbox, tree, say } = place();
  const plain = join(sandbox.dir, 'plain');
  await say(['ORDER-1']);
  sandbox.git(['worktree', 'add', '--quiet', '--detach', plain]);
  const lost = [tree, plain].map((folder) => {
    sandbox.git(['commit', '--quiet', '--allow-empty', '--message', `lost in ${folder}`], folder);
    const commit = sandbox.git(['rev-parse', 'HEAD'], folder);
    sandbox.git(['reset', '--quiet', '--hard', 'HEAD~1'], folder);
    return commit;
  });
  writeFileSync(join(tree, 'file'), 'staged');
  sandbox.git(['add', 'file'], tree);
  for (const folder of [tree, plain]) rmSync(folder, { recursive: true });
  const pruned = (await say(['worktree', 'prune'])).stdout;
  const refs = [...pruned.matchAll(/^forgot .*; what only it named is kept: git log (\S+)$/gm)].map(([, ref]) => ref as string);
  expect(refs).toEqual([expect.stringMatching(/ORDER-1\//), expect.stringMatching(/no-order\//)]);
  const kept = sandbox.git(['rev-list', ...refs]).split('\n');
  expect(kept).toEqual(expect.arrayContaining(lost));
  expect(sandbox.git(['show', `${refs[0]}^1:file`])).toBe('staged');
});

test('a worktree whose folder is gone stays registered while the repository of its submodule has commits of its own', async () => {
  const { sandbox, tree, say } = place();
  const trusting = ['-c', 'protocol.file.allow=always', 'submodule', '--quiet'];
  sandbox.git([...trusting, 'add', sandbox.repo, 'lib']);
  sandbox.git(['commit', '--quiet', '--message', 'submodule']);
  await say(['ORDER-1']);
  sandbox.git([...trusting, 'update', '--init'], tree);
  sandbox.git(['commit', '--quiet', '--allow-empty', '--message', 'precious'], join(tree, 'lib'));
  rmSync(tree, { recursive: true });
  const pruned = await say(['worktree', 'prune']);
  expect(pruned).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('lib is a submodule, with commits that no remote has'),
  });
  expect(existsSync(join(sandbox.repo, '.git/worktrees/ORDER-1/modules/lib'))).toBe(true);
});

test('work that an order was completed with before is kept when it is completed with other work, and that is said', async () => {
  const { sandbox, tree, say, finish } = place();
  const first = await finish('ORDER-1');
  await say(['--reopen', 'ORDER-1']);
  sandbox.git(['reset', '--quiet', '--hard', 'HEAD~1'], tree);
  sandbox.git(['commit', '--quiet', '--allow-empty', '--message', 'other'], tree);
  const { stderr } = await say(['complete', 'ORDER-1']);
  const ref = /was completed before with other work, which is not merged; it is kept: git log (\S+)/.exec(stderr)?.[1] as string;
  expect(sandbox.git(['rev-parse', ref])).toBe(first);
});

test('a removal from inside names the folder; what is merged only here says so, and is kept until origin has it', async () => {
  const { sandbox, tree, say, finish } = place();
  const origin = join(sandbox.dir, 'origin.git');
  sandbox.git(['clone', '--quiet', '--bare', sandbox.repo, origin]);
  sandbox.git(['remote', 'add', 'origin', origin]);
  sandbox.git(['fetch', '--quiet', 'origin']);
  const tip = await finish('ORDER-1');
  sandbox.git(['merge', '--quiet', 'order-1']);
  const { stdout } = await say(['worktree', 'remove', 'ORDER-1'], tree);
  expect(stdout).toContain(
    `removed ${tree}\n  branch order-1 was merged here, but not at origin, so it is deleted too; it was at ${tip.slice(0, 12)}`,
  );
  const done = () => sandbox.git(['for-each-ref', '--format=%(objectname)', 'refs/claim-done']);
  expect(done()).toBe(tip);
  sandbox.git(['push', '--quiet', 'origin', 'main']);
  await say(['worktree', 'prune']);
  expect(done()).toBe('');
});

test('a branch whose worktree was removed before it was squashed is deleted by a prune, and what was amended away is kept', async () => {
  const { sandbox, tree, say } = place();
  await say(['ORDER-1']);
  writeFileSync(join(tree, 'file'), 'first try');
  sandbox.git(['commit', '--quiet', '--all', '--message', 'first'], tree);
  const amended = sandbox.git(['rev-parse', 'HEAD'], tree);
  writeFileSync(join(tree, 'file'), 'second try');
  sandbox.git(['commit', '--quiet', '--all', '--amend', '--message', 'second'], tree);
  await say(['complete', 'ORDER-1']);
  expect((await say(['worktree', 'remove', 'ORDER-1'])).stdout).toContain('branch order-1 stays: 1 commit is not merged');
  sandbox.git(['update-ref', '-d', sandbox.git(['for-each-ref', '--format=%(refname)', 'refs/claim-rescue'])]);
  sandbox.git(['merge', '--quiet', '--squash', 'order-1']);
  sandbox.git(['commit', '--quiet', '--message', 'squashed']);
  const pruned = await say(['worktree', 'prune', '--merged', '--json']);
  const [branch] = (JSON.parse(pruned.stdout) as { branches: { branch: string; keptCommits: string }[] }).branches;
  expect(branch).toMatchObject({ branch: 'order-1', isMergedOnlyHere: false });
  expect(sandbox.git(['rev-parse', branch?.keptCommits as string])).toBe(amended);
  expect(sandbox.git(['for-each-ref', 'refs/heads/order-1'])).toBe('');
});

/** A repository with two files that ignores `.env`, in which one session works. */
function place() {
  const sandbox = createSandbox();
  for (const [name, text] of [
    ['.gitignore', '.env\n'],
    ['file', 'one'],
    ['other', 'two'],
  ] as const)
    writeFileSync(join(sandbox.repo, name), text);
  sandbox.git(['add', '.']);
  sandbox.git(['commit', '--quiet', '--message', 'files']);
  const tree = join(`${sandbox.repo}.claims`, 'ORDER-1');
  const say = (args: readonly string[], cwd = sandbox.repo) =>
    runCli(sandbox, args, { cwd, env: { GIT_CLAIM_SESSION: 'alice' } });
  const kill = (label: string, args: readonly string[]) =>
    runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: 'alice', GIT_CLAIM_CRASH_AT: label } });
  /** Completes an order with a commit of its own, and returns that. */
  const finish = async (order: string) => {
    await say([order]);
    writeFileSync(join(tree, 'file'), order);
    sandbox.git(['commit', '--quiet', '--all', '--message', order], tree);
    await say(['complete', order]);
    return sandbox.git(['rev-parse', 'HEAD'], tree);
  };
  return { sandbox, tree, say, kill, finish };
}
