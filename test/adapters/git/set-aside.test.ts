import { closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lookAt } from '../../../src/adapters/git/trees/contents/inventory.ts';
import { setAsideTree } from '../../../src/adapters/git/trees/set-aside.ts';
import type { SessionId } from '../../../src/core/ids.ts';
import type { Anchor } from '../../../src/core/session/anchor.ts';
import { formatLockReason } from '../../../src/core/trees/lock-reason.ts';
import { ORDER } from '../../support/claims.ts';
import { createSandbox } from '../../support/sandbox.ts';

const LEAVING = { saved: null, ignored: { count: 0, names: [] } };
const text = (pid: number) =>
  formatLockReason({
    order: ORDER,
    generation: 1,
    session: 'alice' as SessionId,
    maker: { pid, start: '9', ns: '1' } as Anchor,
    isGoing: true,
  });

test('what is new, changed or open for writing after a look at a worktree keeps it where it is', async () => {
  const { tree, aside } = place();
  const seen = lookAt(tree);
  writeFileSync(join(tree, '.env'), 'KEY');
  expect(await aside((one) => one.newSince(seen))).toEqual(['.env']);
  writeFileSync(join(tree, 'file'), 'three');
  expect(await aside((one) => one.newSince(seen).toSorted())).toEqual(['.env', 'file']);
  const grown = async (change: (folder: string) => void) =>
    aside((one) => {
      change(one.path);
      return one.discard(LEAVING);
    });
  expect(await grown((folder) => writeFileSync(join(folder, 'new'), ''))).toMatchObject({ kind: 'grown', files: ['new'] });
  expect(await grown((folder) => writeFileSync(join(folder, 'file'), 'four'))).toMatchObject({ kind: 'grown', files: ['file'] });
  expect(await grown((folder) => mkdirSync(join(folder, 'folder')))).toMatchObject({ kind: 'grown', files: ['folder'] });
  rmSync(join(tree, 'folder'), { recursive: true });
  // A name that is not UTF-8.
  const name = Buffer.concat([Buffer.from(`${tree}/log`), Buffer.from([0xff])]);
  const log = openSync(name, 'a');
  expect(await grown(() => undefined)).toMatchObject({ kind: 'grown', files: [], open: ['log\ufffd'] });
  closeSync(log);
  expect(await grown(() => undefined)).toEqual({ kind: 'gone' });
  expect(existsSync(tree)).toBe(false);
});

test('of two processes that remove a worktree, one is told of the other, and changes nothing', async () => {
  const { tree, gitDir, aside } = place();
  await aside(async (one) => {
    const other = setAsideTree(gitDir, tree, text(2), () => true, alone);
    await expect(other).rejects.toMatchObject({ failure: { kind: 'worktree-going', order: 'ORDER-1', pid: 1 } });
    expect(existsSync(one.path)).toBe(true);
  });
  expect(existsSync(join(tree, 'file'))).toBe(true);
  // The right of a process that was killed is taken from it.
  writeFileSync(join(gitDir, 'claim/removing'), text(3));
  const heir = await setAsideTree(gitDir, tree, text(4), () => false, alone);
  expect(heir.discard(LEAVING)).toEqual({ kind: 'gone' });
});

test('a worktree behind a link is removed with the link', async () => {
  const { sandbox, tree, aside } = place();
  renameSync(tree, join(sandbox.dir, 'elsewhere'));
  symlinkSync(join(sandbox.dir, 'elsewhere'), tree);
  await aside(() => undefined);
  expect(existsSync(join(tree, 'file'))).toBe(true);
  expect(await aside((one) => one.discard(LEAVING))).toEqual({ kind: 'gone' });
  expect(readdirSync(sandbox.dir).sort()).toEqual(['hôme', 'my äpp']);
});

const alone = async (section: () => void) => {
  section();
  return null;
};

/** A linked worktree with one file. */
function place() {
  const sandbox = createSandbox();
  const tree = join(sandbox.dir, 'tree');
  sandbox.git(['worktree', 'add', '--quiet', tree]);
  writeFileSync(join(tree, 'file'), 'one');
  const gitDir = join(sandbox.repo, '.git/worktrees/tree');
  const aside = async <T>(use: (one: Awaited<ReturnType<typeof setAsideTree>>) => T | Promise<T>): Promise<T> => {
    const one = await setAsideTree(gitDir, tree, text(1), () => true, alone);
    try {
      return await use(one);
    } finally {
      if (existsSync(gitDir)) one.putBack();
    }
  };
  return { sandbox, tree, gitDir, aside };
}
