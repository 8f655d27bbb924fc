import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Git } from '../../../../src/adapters/git/process.ts';
import { GitRegistry } from '../../../../src/adapters/git/refs/claim-refs.ts';
import { openRepository, type Repository } from '../../../../src/adapters/git/repository.ts';
import { claimRef, DEFAULT_REF_PREFIX } from '../../../../src/core/claim/refs.ts';
import { ORDER, OTHER, recordOf } from '../../../support/claims.ts';
import { createSandbox } from '../../../support/sandbox.ts';

const through = (repository: Repository) =>
  new GitRegistry(
    repository,
    DEFAULT_REF_PREFIX,
    () => ({ name: 'Ada', email: 'ada@example.com', epochSeconds: 1_767_323_045 }),
    async () => null,
  );

test('a transaction that a killed git carried out in part is no success: whoever reads again asks for the rest', async () => {
  const { repo, env } = createSandbox();
  const repository = await openRepository(repo, env);
  // Git moves loose refs one after another; this git is ended after the first.
  const torn: Git = (args, options = {}) => {
    const lines = String(options.input ?? '').split('\0');
    const isUpdate = args.includes('update-ref');
    return repository.git(args, isUpdate ? { ...options, input: [...lines.slice(0, 4), 'commit', ''].join('\0') } : options);
  };
  const records = [recordOf(), recordOf({ order: OTHER })] as const;
  const changes = records.map((record) => ({ order: record.order, expected: null, record }));
  expect(await through({ ...repository, git: torn }).swap(changes)).toEqual({ kind: 'lost' });
  const standing = await through(repository).read([ORDER, OTHER]);
  expect([standing.get(ORDER)?.kind, standing.get(OTHER)?.kind]).toEqual(['record', 'absent']);
});

test('a gc that begins just before the refs move takes no record with it', async () => {
  const { repo, env, git } = createSandbox();
  const repository = await openRepository(repo, env);
  const lock = join(repo, '.git/gc.pid');
  // This gc has read the refs before, and deletes what none of them named.
  const beside: Git = async (args, options = {}) => {
    if (!args.includes('update-ref')) return repository.git(args, options);
    writeFileSync(lock, '1 elsewhere');
    const result = await repository.git(args, options);
    const oid = readFileSync(join(repo, '.git', claimRef(DEFAULT_REF_PREFIX, ORDER)), 'utf8').trim();
    setTimeout(() => {
      rmSync(join(repo, '.git/objects', oid.slice(0, 2), oid.slice(2)));
      rmSync(lock);
    }, 10);
    return result;
  };
  const swapped = await through({ ...repository, git: beside }).swap([{ order: ORDER, expected: null, record: recordOf() }]);
  expect(swapped.kind).toBe('applied');
  await vi.waitFor(() => expect(existsSync(lock)).toBe(false));
  expect(git(['fsck', '--strict', '--no-dangling'])).toBe('');
});
