import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { mountPoints } from '../../src/adapters/git/trees/contents/mounts.ts';
import type { Oid, OrderId } from '../../src/core/ids.ts';
import { pruneQuestion } from '../../src/text/removal.ts';
import { inAskingTerminal } from '../support/asking-terminal.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

test('where no default branch is known, the HEAD of the main worktree merges nothing, and the answer names what helps', async () => {
  const { sandbox, say, finish } = place();
  sandbox.git(['branch', '--quiet', '-m', 'develop']);
  await finish('ORDER-1');
  await finish('ORDER-2');
  sandbox.git(['merge', '--quiet', 'order-1', 'order-2']);
  await say(['session', 'start']);
  const pruned = await say(['worktree', 'prune', '--merged']);
  expect(pruned.stdout).toMatch(/kept .*: no default branch is known; git remote set-head origin -a or git config init/);
  const removed = await say(['worktree', 'remove', 'ORDER-1']);
  expect(removed.stdout).toContain('branch order-1 stays: no default branch is known');
  const refs = sandbox.git(['for-each-ref', '--format=%(refname)']);
  expect(refs).toContain('refs/claim-done/ORDER-1');
  expect(refs).toContain('refs/heads/order-1');
  sandbox.git(['config', 'init.defaultBranch', 'develop']);
  expect((await say(['worktree', 'prune', '--merged'])).stdout).toContain('branch order-2 was merged');
  expect(sandbox.git(['for-each-ref', 'refs/claim-done'])).toBe('');
});

test('a tag keeps no commits of a repository inside, and a clone inside is named before it goes', async () => {
  const { sandbox, say, merged } = place();
  const [tagged, cloned] = [await merged('ORDER-1'), await merged('ORDER-2')];
  const inner = join(tagged, 'build/inner');
  mkdirSync(inner, { recursive: true });
  sandbox.git(['init', '--quiet'], inner);
  sandbox.git(['commit', '--quiet', '--allow-empty', '--message', 'precious'], inner);
  sandbox.git(['tag', 'v1'], inner);
  sandbox.git(['clone', '--quiet', sandbox.repo, join(cloned, 'build/clone')]);
  const pruned = (await say(['worktree', 'prune', '--merged'])).stdout;
  expect(pruned).toMatch(/kept .*ORDER-1: .*work that no ref here can keep/);
  expect(pruned).toMatch(/kept .*ORDER-2: ignored files exist nowhere else: build\/clone\//);
  expect(pruned).not.toContain('removed');
  expect(await say(['worktree', 'remove', 'ORDER-1'])).toMatchObject({ code: 4, stderr: expect.stringContaining('build/inner') });
  sandbox.git(['checkout', '--quiet', '--detach'], inner);
  sandbox.git(['branch', '--quiet', '-D', 'main'], inner);
  expect(await say(['worktree', 'remove', 'ORDER-1'])).toMatchObject({ code: 4 });
  expect((await say(['worktree', 'remove', 'ORDER-2'])).stdout).toContain('exist nowhere else: build/clone/');
});

/** Ordinary users may mount only in a namespace of their own, and not every machine lets them. */
const UNSHARE = ['--mount', '--map-root-user'];
const canMount = spawnSync('unshare', [...UNSHARE, 'mount', '--bind', '/tmp', '/tmp']).status === 0;

test.runIf(canMount)('what is mounted below a worktree is not deleted: the worktree stays until it is unmounted', async () => {
  const { sandbox, say, merged } = place();
  const tree = await merged('ORDER-1');
  const outside = join(sandbox.dir, 'outside');
  const mount = join(tree, 'build/a mount');
  for (const folder of [outside, mount]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(outside, 'precious'), 'precious');
  const script =
    'mount --bind "$1" "$2" && git claim worktree remove ORDER-1 2>&1; echo "exit $?"; git claim worktree prune --merged; umount "$2"; mount --bind "$3" "$3"; git claim worktree remove ORDER-1 2>&1; true';
  const env = { ...sandbox.env, GIT_CLAIM_SESSION: 'alice' };
  const args = [...UNSHARE, 'sh', '-c', script, 'sh', outside, mount, tree];
  const said = execFileSync('unshare', args, { cwd: sandbox.repo, env, encoding: 'utf8' });
  expect(said).toContain(`is mounted in ${tree}, at ${mount}`);
  expect(said).toContain('exit 4');
  expect(said).toContain(`is mounted in ${tree}, at ${tree},`);
  expect(said).toMatch(/kept .*ORDER-1: something is mounted/);
  expect(readFileSync(join(outside, 'precious'), 'utf8')).toBe('precious');
  expect(await say(['worktree', 'remove', 'ORDER-1'])).toMatchObject({ code: 0 });
  expect(existsSync(tree)).toBe(false);
});

test('the table of mounts is read as Linux writes it', () => {
  const table = '36 35 98:0 /mnt1 /a\\040b\\134c rw,noatime master:1 - ext3 /dev/root rw\n37 35 98:0 / /d rw - tmpfs t rw\n';
  expect(mountPoints(table)).toEqual(['/a b\\c', '/d']);
});

test('a new file whose name differs from a tracked one in case is seen, whatever core.ignoreCase says', async () => {
  const { sandbox, say, merged } = place();
  const tree = await merged('ORDER-1');
  sandbox.git(['config', 'core.ignoreCase', 'true']);
  writeFileSync(join(tree, 'File'), 'precious');
  const removed = await say(['worktree', 'remove', 'ORDER-1']);
  expect(removed).toMatchObject({ code: 4, stderr: expect.stringContaining('(File)') });
  expect(readFileSync(join(tree, 'File'), 'utf8')).toBe('precious');
});

test('an ignored file of any size is compared and named', async () => {
  const { sandbox, say, merged } = place();
  const tree = await merged('ORDER-1');
  for (const [folder, name] of [
    [tree, 'large.log'],
    [tree, 'same.log'],
    [sandbox.repo, 'same.log'],
  ] as const) {
    writeFileSync(join(folder, name), 'same');
    truncateSync(join(folder, name), name === 'same.log' ? 3 * 2 ** 20 + 1 : 3 * 2 ** 30);
  }
  const pruned = await say(['worktree', 'prune', '--merged']);
  expect(pruned).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/kept .*: ignored files exist nowhere else: large\.log\n$/),
  });
  expect((await say(['worktree', 'remove', 'ORDER-1'])).stdout).toContain('exist nowhere else: large.log\n');
});

test('a file with several names goes with all of them', async () => {
  const { say, merged } = place();
  const tree = await merged('ORDER-1');
  mkdirSync(join(tree, 'build'));
  writeFileSync(join(tree, 'build/a'), 'a');
  for (const name of ['b', 'c']) linkSync(join(tree, 'build/a'), join(tree, 'build', name));
  const removed = await say(['worktree', 'remove', 'ORDER-1']);
  expect(removed).toMatchObject({ code: 0, stdout: expect.not.stringContaining('still writing') });
  expect(readdirSync(dirname(tree))).toEqual([]);
});

test('a folder that is closed to its owner is deleted too', async ({ skip }) => {
  skip(
    process.getuid?.() !== 0 || spawnSync('setpriv', ['--version']).status !== 0,
    'only root can become somebody who is refused',
  );
  const { sandbox, merged } = place();
  const tree = await merged('ORDER-1');
  mkdirSync(join(tree, 'build/closed'), { recursive: true });
  writeFileSync(join(tree, 'build/closed/module'), 'module');
  for (const folder of ['build/closed', 'build']) chmodSync(join(tree, folder), 0o555);
  for (const path of [sandbox.dir, dirname(sandbox.dir)]) chmodSync(path, 0o711);
  execFileSync('chown', ['-R', '5001', sandbox.dir]);
  const env = { ...sandbox.env, GIT_CLAIM_SESSION: 'alice' };
  const words = ['--reuid', '5001', '--clear-groups', 'git', 'claim', 'worktree', 'remove', 'ORDER-1'];
  const said = execFileSync('setpriv', words, { cwd: sandbox.repo, env, encoding: 'utf8' });
  expect(said).not.toContain('left in');
  expect(readdirSync(dirname(tree))).toEqual([]);
});

test('the question names the branches that go', () => {
  const page = { nowMs: 0, width: null, hasColor: false, path: (path: string) => path };
  const branch = (name: string) => ({ order: 'ORDER-1' as OrderId, branch: name, tip: TIP, claim: TIP });
  const asked = (...names: string[]) => pruneQuestion(page, { going: [], kept: [], branches: names.map(branch) });
  expect(asked('one')).toBe('This branch is merged, and has no worktree:\n  one\nRemove this branch?');
  expect(asked('one', 'two')).toMatch(/have no worktree:\n {2}one\n {2}two\nRemove these 2 branches\?$/);
});

const TIP = 'a'.repeat(40) as Oid;

test('the question is a line of its own, after what stays and what goes', async () => {
  const { sandbox, say, finish, merged } = place();
  for (const order of ['ORDER-1', 'ORDER-2']) await merged(order);
  await finish('ORDER-3');
  const { seen } = await inAskingTerminal(sandbox, 'n\n', ['worktree', 'prune', '--merged']);
  const rows =
    /kept .*ORDER-3: .*\nThese worktrees are merged:\n {2}.*ORDER-1\n {2}.*ORDER-2\nRemove these 2 worktrees\? \[y\/N\] /;
  expect(seen).toMatch(rows);
  expect(seen).toContain('nothing was removed');
  const agreed = await inAskingTerminal(sandbox, 'y\n', ['worktree', 'prune', '--merged']);
  expect(agreed.code).toBe(0);
  expect(agreed.seen.match(/^removed .*/gm)).toEqual([expect.stringMatching(/ORDER-1$/), expect.stringMatching(/ORDER-2$/)]);
  // Said with the question, and not once more.
  expect(agreed.seen.match(/^kept .*/gm)).toHaveLength(1);
  // What is gone is not named any more.
  const { claims } = JSON.parse((await say(['list', '--all', '--json'])).stdout);
  expect(claims.map(({ branch }: { branch: string | null }) => branch)).toEqual([null, null, 'order-3']);
});

/** A repository that ignores `build/` and `*.log`, in which one session works. */
function place() {
  const sandbox = createSandbox();
  writeFileSync(join(sandbox.repo, '.gitignore'), 'build/\n*.log\n');
  writeFileSync(join(sandbox.repo, 'file'), 'one');
  sandbox.git(['add', '.']);
  sandbox.git(['commit', '--quiet', '--message', 'files']);
  const say = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: 'alice', ...env } });
  const treeOf = (order: string) => join(`${sandbox.repo}.claims`, order);
  /** Completes an order with a commit of its own; returns its worktree. */
  const finish = async (order: string) => {
    await say([order]);
    const tree = treeOf(order);
    writeFileSync(join(tree, order), order);
    sandbox.git(['add', '.'], tree);
    sandbox.git(['commit', '--quiet', '--message', order], tree);
    await say(['complete', order]);
    return tree;
  };
  /** The same, and merges it. */
  const merged = async (order: string) => {
    const tree = await finish(order);
    sandbox.git(['merge', '--quiet', '--no-ff', '--message', 'merge', order.toLowerCase()]);
    return tree;
  };
  return { sandbox, say, finish, merged };
}
