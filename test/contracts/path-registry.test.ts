import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GitRegistry } from '../../src/adapters/git/refs/claim-refs.ts';
import { GitPathRegistry } from '../../src/adapters/git/refs/path-refs.ts';
import { openRepository } from '../../src/adapters/git/repository.ts';
import { MemoryRegistry } from '../../src/adapters/memory/registry.ts';
import { DEFAULT_REF_PREFIX } from '../../src/core/claim/refs.ts';
import { type PathKey, parseClaimPath, pathKey } from '../../src/core/path.ts';
import type { WitnessedPath } from '../../src/core/paths/record.ts';
import { pathRefPrefix } from '../../src/core/paths/refs.ts';
import type { PathRegistry, SurveyedPath } from '../../src/ports/path-registry.ts';
import type { Registry } from '../../src/ports/registry.ts';
import { holderNamed, ORDER, recordOf } from '../support/claims.ts';
import { HOSTILE_NAMES, pathRecordOf } from '../support/paths.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

const TAGGER = { name: 'Ada', email: 'ada@example.com', epochSeconds: 1_767_323_045 };

type Store = { readonly registry: Registry; readonly paths: PathRegistry };

async function gitStore({ repo, env }: Sandbox): Promise<Store> {
  const repository = await openRepository(repo, env);
  const mutex = async () => 'no mutex here';
  const registry = new GitRegistry(repository, DEFAULT_REF_PREFIX, () => TAGGER, mutex);
  return { registry, paths: new GitPathRegistry(repository, pathRefPrefix(DEFAULT_REF_PREFIX), mutex) };
}

function memoryStore(): Store {
  const registry = new MemoryRegistry();
  return { registry, paths: registry.paths };
}

const stores: [string, () => Promise<Store>][] = [
  ['in memory', async () => memoryStore()],
  ['in git', () => gitStore(createSandbox())],
];

describe.each(stores)('path refs %s', (_, make) => {
  test('a path claim is read as it was written, alone and beside the orders', async () => {
    const { registry, paths } = await make();
    expect(await paths.survey()).toEqual({ paths: [], strangers: [] });
    const auth = await put(registry, 'src/auth.ts');
    const standing = [{ key: key('src/auth.ts'), reading: { kind: 'record', ...auth } }];
    expect(await paths.survey()).toEqual({ paths: standing, strangers: [] });
    expect(await registry.survey()).toEqual({ readings: new Map(), strangers: [], paths: standing });
    expect((await registry.survey([ORDER])).paths).toEqual([]);
  });

  test('nothing is claimed above or below what is claimed', async () => {
    const { registry, paths } = await make();
    await put(registry, 'src/auth/login.ts');
    for (const path of ['src', 'src/auth', 'src/auth/login.ts', 'src/auth/login.ts/x'])
      expect([path, (await swap(registry, path, null)).kind]).toEqual([path, 'lost']);
    await put(registry, 'src/auth/login.tsx');
    await put(registry, 'src/authors');
    expect((await paths.survey()).paths.map((one) => one.key)).toEqual([
      '/src/auth/login.ts',
      '/src/auth/login.tsx',
      '/src/authors',
    ]);
  });

  test('a path claim ends where its witness stands, and then a folder above it can be claimed', async () => {
    const { registry, paths } = await make();
    const auth = await put(registry, 'src/auth.ts');
    const later = await put(registry, 'src/auth.ts', auth);
    expect((await swap(registry, 'src/auth.ts', auth, null)).kind).toBe('lost');
    expect((await swap(registry, 'src/auth.ts', later, null)).kind).toBe('applied');
    expect((await paths.survey()).paths).toEqual([]);
    await put(registry, 'src');
  });

  test('the records of a path are read from any of them on, newest first', async () => {
    const { registry, paths } = await make();
    const first = await put(registry, 'src');
    const second = await put(registry, 'src', first);
    const third = await put(registry, 'src', second);
    expect(await paths.history(key('src'), third.oid, 9)).toEqual([third, second, first]);
    expect(await paths.history(key('src'), second.oid, 1)).toEqual([second]);
    expect(await paths.history(key('docs'), third.oid, 9)).toEqual([]);
  });

  test('a path and an order are claimed together or not at all', async () => {
    const { registry, paths } = await make();
    const order = { order: ORDER, expected: null, record: recordOf() };
    const path = (name: string) => ({ key: key(name), expected: null, record: pathRecordOf(name, { order: ORDER }) });
    await put(registry, 'src/auth.ts');
    expect((await registry.swap([order], [path('docs'), path('src')])).kind).toBe('lost');
    expect((await registry.read([ORDER])).get(ORDER)).toEqual({ kind: 'absent' });
    expect((await paths.survey()).paths).toHaveLength(1);
    expect((await registry.swap([order], [path('docs'), path('test')])).kind).toBe('applied');
    expect((await paths.survey()).paths).toHaveLength(3);
  });

  test('one swap makes a folder of what lies in it, and the other way round, unless something stays in the way', async () => {
    const { registry, paths } = await make();
    const [a, b] = [await put(registry, 'src/a'), await put(registry, 'src/b')];
    const end = (name: string, expected: WitnessedPath) => ({ key: key(name), expected, record: null });
    const begin = (name: string) => ({ key: key(name), expected: null, record: pathRecordOf(name, { order: ORDER }) });
    const standing = async () => (await paths.survey()).paths.map((one) => one.key);
    expect((await registry.swap([], [end('src/a', a), begin('src'), begin('docs')])).kind).toBe('lost');
    expect(await standing()).toEqual(['/src/a', '/src/b']);
    const order = { order: ORDER, expected: null, record: recordOf() };
    const outcome = await registry.swap([order], [end('src/a', a), end('src/b', b), begin('src'), begin('docs')]);
    expect([outcome.kind, await standing()]).toEqual(['applied', ['/docs', '/src']]);
    const { reading } = (await paths.survey()).paths[1] as SurveyedPath;
    expect(reading).toMatchObject({ oid: outcome.kind === 'applied' ? outcome.oids.get(key('src')) : null });
    expect((await registry.read([ORDER])).get(ORDER)?.kind).toBe('record');
    const src = reading as WitnessedPath;
    expect((await registry.swap([], [end('src', a), begin('src/c')])).kind).toBe('lost');
    expect((await registry.swap([], [end('src', src), begin('src/c/d'), begin('src/e')])).kind).toBe('applied');
    expect(await standing()).toEqual(['/docs', '/src/c/d', '/src/e']);
    expect((await paths.survey()).strangers).toEqual([]);
  });

  test('of overlapping swaps exactly one is applied', async () => {
    const { registry, paths } = await make();
    const wanted = ['src', 'src/a', 'src/a/b', 'src/a/b/c'];
    const kinds = await Promise.all(wanted.map(async (path) => (await swap(registry, path, null)).kind));
    expect(kinds.sort()).toEqual(['applied', 'lost', 'lost', 'lost']);
    expect((await paths.survey()).paths).toHaveLength(1);
  });

  test('names that mean something to git, to shells or to disks are names', async () => {
    const { registry, paths } = await make();
    const names = HOSTILE_NAMES.map((name) => `hostile/${name}/x`);
    const changes = names.map((name) => ({ key: key(name), expected: null, record: pathRecordOf(name) }));
    expect((await registry.swap([], changes)).kind).toBe('applied');
    const read = (await paths.survey()).paths.map(({ reading }) => (reading.kind === 'record' ? reading.record.path : reading));
    expect(read.sort()).toEqual(names.sort());
  });
});

test('what is no path claim of ours is told apart, broken refs too', async () => {
  const sandbox = createSandbox();
  const { registry, paths } = await gitStore(sandbox);
  const { oid } = await put(registry, 'src');
  const { git } = sandbox;
  git(['update-ref', 'refs/claim-paths/other', oid]);
  git(['update-ref', 'refs/claim-paths/commit', 'HEAD']);
  git(['update-ref', 'refs/claim-paths/a%2fb', oid]);
  git(['symbolic-ref', 'refs/claim-paths/link', 'refs/claim-paths/src']);
  git(['symbolic-ref', 'refs/claim-paths/nowhere', 'refs/claim-paths/gone']);
  const { paths: standing, strangers } = await paths.survey();
  expect(standing.map(({ key: one, reading }) => [one, reading.kind])).toEqual([
    ['/commit', 'foreign'],
    ['/link', 'foreign'],
    ['/other', 'foreign'],
    ['/src', 'record'],
    ['/nowhere', 'foreign'],
  ]);
  expect(strangers).toEqual(['refs/claim-paths/a%2fb']);
});

test('many path refs are packed, wherever they are, before they slow git', async () => {
  const sandbox = createSandbox();
  const { registry, paths } = await gitStore(sandbox);
  const changes = Array.from({ length: 200 }, (_, n) => `dir-${n % 7}/file-${n}`).map((name) => ({
    key: key(name),
    expected: null,
    record: pathRecordOf(name),
  }));
  await registry.swap([], changes);
  const loose = () => readdirSync(join(sandbox.repo, '.git/refs/claim-paths'), { recursive: true }).length;
  expect(loose()).toBe(0);
  await put(registry, 'one-more');
  const [first] = (await paths.survey()).paths;
  expect((await paths.survey()).paths).toHaveLength(201);
  const expected = first?.reading.kind === 'record' ? first.reading : null;
  expect((await registry.swap([], [{ key: first?.key as PathKey, expected, record: null }])).kind).toBe('applied');
  expect((await paths.survey()).paths).toHaveLength(200);
});

test('on a disk that folds case two spellings are one path, which keeps its first one', async () => {
  const sandbox = createSandbox();
  sandbox.git(['config', 'core.ignorecase', 'true']);
  const { registry, paths } = await gitStore(sandbox);
  const one = paths.keyOf(parseClaimPath('Src/Auth.ts'));
  expect(paths.keyOf(parseClaimPath('src/AUTH.ts'))).toBe(one);
  await registry.swap([], [{ key: one, expected: null, record: pathRecordOf('Src/Auth.ts') }]);
  expect(sandbox.git(['for-each-ref', '--format=%(refname)', 'refs/claim-paths'])).toBe('refs/claim-paths/src/auth.ts');
  expect((await paths.survey()).paths).toMatchObject([{ key: one, reading: { record: { path: 'Src/Auth.ts' } } }]);
});

function key(path: string): PathKey {
  return pathKey(parseClaimPath(path), false);
}

function swap(
  registry: Registry,
  path: string,
  expected: WitnessedPath | null,
  record: WitnessedPath['record'] | null = pathRecordOf(path),
) {
  return registry.swap([], [{ key: key(path), expected, record }]);
}

async function put(registry: Registry, path: string, expected: WitnessedPath | null = null): Promise<WitnessedPath> {
  const record = pathRecordOf(path, { holder: holderNamed('bob') });
  const outcome = await swap(registry, path, expected, record);
  if (outcome.kind !== 'applied') throw new Error(`the swap is ${outcome.kind}`);
  return { oid: outcome.oids.get(key(path)) as WitnessedPath['oid'], previous: expected?.oid ?? null, record };
}
