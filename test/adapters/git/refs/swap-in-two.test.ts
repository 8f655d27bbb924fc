import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { gitObject, type ObjectType } from '../../../../src/adapters/git/git-object.ts';
import type { Git } from '../../../../src/adapters/git/process.ts';
import { GitRegistry } from '../../../../src/adapters/git/refs/claim-refs.ts';
import { GitPathRegistry } from '../../../../src/adapters/git/refs/path-refs.ts';
import type { Mutex } from '../../../../src/adapters/git/refs/stale-locks.ts';
import { openRepository } from '../../../../src/adapters/git/repository.ts';
import { writeObjects } from '../../../../src/adapters/git/write-objects.ts';
import { DEFAULT_REF_PREFIX } from '../../../../src/core/claim/refs.ts';
import type { Oid } from '../../../../src/core/ids.ts';
import { type PathKey, parseClaimPath, pathKey } from '../../../../src/core/path.ts';
import { encodePending } from '../../../../src/core/paths/pending.ts';
import type { WitnessedPath } from '../../../../src/core/paths/record.ts';
import { pathRefPrefix } from '../../../../src/core/paths/refs.ts';
import { PATH_CODEC } from '../../../../src/core/paths/trailers.ts';
import type { Tagger } from '../../../../src/core/record/codec.ts';
import type { PathChange } from '../../../../src/ports/path-registry.ts';
import { ORDER, recordOf } from '../../../support/claims.ts';
import { pathRecordOf } from '../../../support/paths.ts';
import { createSandbox } from '../../../support/sandbox.ts';

const GUARD = 'refs/claim-paths.guard';

test('between the two transactions others see what comes, make nothing in its place, and finish it', async () => {
  const { swap, standing, guard, through, widening } = await place();
  const seen: unknown[] = [];
  const atSecond = beforeUpdate(2, async () => {
    seen.push((await swap([begin('src/c')])).kind, (await swap([begin('elsewhere')])).kind, guard() !== '');
    seen.push(await standing(), guard(), (await swap([begin('src/c')])).kind, (await swap([begin('elsewhere')])).kind);
  });
  expect((await through(atSecond).swap([], widening)).kind).toBe('applied');
  expect(seen).toEqual(['lost', 'lost', true, ['/docs', '/src'], '', 'lost', 'applied']);
  expect([await standing(), guard()]).toEqual([['/docs', '/elsewhere', '/src'], '']);
});

test('it is applied for whoever began it, however soon somebody else finishes it', async () => {
  const { standing, guard, through, widening } = await place();
  let isOpen = true;
  const overtaken: Wrap = (git) => async (args, options) => {
    const result = await git(args, options);
    if (args.includes('update-ref') && isOpen) {
      isOpen = false;
      expect([await standing(), guard()]).toEqual([['/docs', '/src'], '']);
    }
    return result;
  };
  const order = { order: ORDER, expected: null, record: recordOf() };
  expect(await through(overtaken).swap([order], widening)).toMatchObject({ kind: 'applied', superseded: [] });
});

test('who came before the first transaction has won, and nothing of the rest is done', async () => {
  for (const path of ['src/c', 'docs', 'docs/x']) {
    const { swap, standing, guard, through, widening } = await place();
    const late = beforeUpdate(1, async () => expect((await swap([begin(path)])).kind).toBe('applied'));
    expect((await through(late).swap([], widening)).kind).toBe('lost');
    expect([await standing(), guard()]).toEqual([[...['/src/a', '/src/b', `/${path}`].sort()], '']);
  }
});

test('while it is made sure that nothing is in the way, nobody gets in it', async () => {
  const { swap, standing, guard, through, widening } = await place();
  const rivals: Promise<string>[] = [];
  const looking: Wrap = (git) => (args, options) => {
    if (args[0] === 'for-each-ref' && rivals.length === 0)
      for (const path of ['src/c', 'docs']) rivals.push(swap([begin(path)]).then(({ kind }) => kind));
    return git(args, options);
  };
  expect((await through(looking).swap([], widening)).kind).toBe('applied');
  expect(await Promise.all(rivals)).toEqual(['lost', 'lost']);
  expect([await standing(), guard()]).toEqual([['/docs', '/src'], '']);
});

test('what a killed git did in part is done as a whole by whoever looks: the first transaction, and the second', async () => {
  for (const [left, isFirst] of [
    ['refs/claim-paths/src/b', true],
    ['refs/claim-paths/docs', false],
  ] as const) {
    const { git, store, standing, guard, widening, halfDone } = await place();
    await halfDone();
    const lines = git(['cat-file', 'blob', GUARD]).split('\0');
    const body = lines[lines.indexOf('docs') + 2] as string;
    const oid = isFirst ? widening.find((one) => one.key === '/src/b')?.expected?.oid : await store('tag', body);
    git(['update-ref', left, oid as string]);
    expect([await standing(), guard()]).toEqual([['/docs', '/src'], '']);
  }
});

test('somebody who ignores the guard is in the way of what he is in the way of alone', async () => {
  const { git, standing, guard, halfDone } = await place();
  await halfDone();
  git(['update-ref', 'refs/claim-paths/src/c', 'HEAD']);
  expect(await standing()).toContain('/docs');
  expect([await standing(), guard()]).toEqual([['/docs', '/src/c'], '']);
});

test('where nothing may be written it is shown all the same', async () => {
  const { standing, guard, halfDone } = await place({ isShared: true });
  await halfDone();
  const barred: Wrap = (git) => (args, options) =>
    args.includes('unpack-objects')
      ? Promise.resolve({ code: 128, stdout: Buffer.of(), stderr: 'fatal: Read-only file system' })
      : git(args, options);
  expect([await standing(barred), guard() !== '']).toEqual([['/docs', '/src'], true]);
  const full: Wrap = (git) => (args, options) =>
    args.includes('unpack-objects')
      ? Promise.resolve({ code: 128, stdout: Buffer.of(), stderr: 'fatal: write error: No space left on device' })
      : git(args, options);
  expect([await standing(full), guard() !== '']).toEqual([['/docs', '/src'], true]);
});

test('a lock that a killed git left where the new ref comes is cleared, before the first transaction and after', async () => {
  for (const isBegun of [false, true]) {
    const { repo, swap, standing, guard, widening, halfDone } = await place();
    if (isBegun) await halfDone();
    staleFile(join(repo, '.git/refs/claim-paths/src/other.ts.lock'));
    if (!isBegun) expect((await swap(widening)).kind).toBe('applied');
    expect([await standing(), guard()]).toEqual([['/docs', '/src'], '']);
  }
});

test('where a stranger to git keeps it from making the new ref, nothing is begun', async () => {
  const { repo, swap, standing, guard, widening } = await place();
  staleFile(join(repo, '.git/refs/claim-paths/src/.DS_Store'));
  expect(await swap(widening)).toMatchObject({ kind: 'not-applied', why: expect.stringContaining('.DS_Store is in the way') });
  expect([await standing(), guard()]).toEqual([['/src/a', '/src/b'], '']);
});

test('what cannot be made yet stays pending, even if some of it exists already', async () => {
  const { git, store, standing, guard, halfDone } = await place();
  await halfDone();
  const lines = git(['cat-file', 'blob', GUARD]).split('\0');
  git(['update-ref', 'refs/claim-paths/docs', await store('tag', lines[lines.indexOf('docs') + 2] as string)]);
  const unable: Wrap = (one) => (args, options) => {
    const isOfSrc = args.includes('update-ref') && String(options?.input).includes('update refs/claim-paths/src\0');
    return isOfSrc ? Promise.resolve({ code: 128, stdout: Buffer.of(), stderr: 'fatal: not now' }) : one(args, options);
  };
  expect([await standing(unable), guard() !== '']).toEqual([['/docs', '/src'], true]);
  expect([await standing(), guard()]).toEqual([['/docs', '/src'], '']);
});

test('a guard that is not understood stays and is shown, and no path is claimed', async () => {
  for (const text of [
    '',
    'git-claim pending 2\0',
    'git-claim pending 1\0src\0\0no record\0',
    'git-claim pending 1\0../x\0\0\0',
  ]) {
    const { git, store, swap, paths } = await place();
    git(['update-ref', GUARD, await store('blob', text)]);
    expect((await paths.survey()).strangers).toEqual([GUARD]);
    expect((await swap([begin('elsewhere')])).kind).toBe('lost');
  }
});

test('a guard whose refs git could not make, or should not, is not understood', async () => {
  for (const [names, object] of [
    [['src', 'src/a'], NOTHING],
    [['src', 'src'], NOTHING],
    [['src'], '1'.repeat(40)],
  ] as const) {
    const { git, store, paths } = await place();
    const target = { oid: object as Oid, type: 'blob' } as const;
    const rows = names.map((name) => ({ key: key(name), body: PATH_CODEC.encode(pathRecordOf(name), target, tagger()) }));
    git(['update-ref', GUARD, await store('blob', encodePending([], rows))]);
    expect((await paths.survey()).strangers).toEqual([GUARD]);
  }
});

const NOTHING = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';

/** Leaves an old file that nobody has open. */
function staleFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  utimesSync(path, 0, 0);
}

type Wrap = (git: Git) => Git;

/** Does something before the n-th ref transaction. */
function beforeUpdate(nth: number, action: () => Promise<unknown>): Wrap {
  let updates = 0;
  return (git) => async (args, options) => {
    if (args.includes('update-ref') && ++updates === nth) await action();
    return git(args, options);
  };
}

/** A repository where src/a and src/b are claimed, and the changes that replace them by src and add docs. */
async function place({ isShared = false } = {}) {
  const sandbox = createSandbox();
  const { git } = sandbox;
  // There git itself writes the objects.
  if (isShared) git(['config', 'core.sharedRepository', 'group']);
  const repository = await openRepository(sandbox.repo, sandbox.env);
  mkdirSync(join(sandbox.repo, '.git/claim'), { recursive: true });
  const mutex: Mutex = async (section) => {
    section();
    return null;
  };
  const through = (wrap: Wrap) =>
    new GitRegistry({ ...repository, git: wrap(repository.git) }, DEFAULT_REF_PREFIX, tagger, mutex);
  const pathsThrough = (wrap: Wrap) =>
    new GitPathRegistry({ ...repository, git: wrap(repository.git) }, pathRefPrefix(DEFAULT_REF_PREFIX), mutex);
  const plainly: Wrap = (one) => one;
  const swap = (changes: readonly PathChange[]) => through(plainly).swap([], changes);
  await swap([begin('src/a'), begin('src/b')]);
  const { paths } = await pathsThrough(plainly).survey();
  const ends = paths.map(({ key, reading }) => ({ key, expected: reading as WitnessedPath, record: null }));
  const widening = [...ends, begin('src'), begin('docs')];
  const store = async (type: ObjectType, text: string) => {
    const object = gitObject(repository.objectFormat, type, text);
    await writeObjects(repository, [object]);
    return object.oid;
  };
  return {
    repo: sandbox.repo,
    git,
    store,
    swap,
    through,
    widening,
    paths: pathsThrough(plainly),
    guard: () => git(['for-each-ref', GUARD]),
    standing: async (wrap: Wrap = plainly) => (await pathsThrough(wrap).survey()).paths.map(({ key }) => key),
    halfDone: () =>
      expect(
        through(
          beforeUpdate(2, async () => {
            throw new Error('killed');
          }),
        ).swap([], widening),
      ).rejects.toThrow('killed'),
  };
}

function tagger(): Tagger {
  return { name: 'Ada', email: 'ada@example.com', epochSeconds: 1_767_323_045 };
}

function begin(path: string): PathChange {
  return { key: key(path), expected: null, record: pathRecordOf(path) };
}

function key(path: string): PathKey {
  return pathKey(parseClaimPath(path), false);
}
