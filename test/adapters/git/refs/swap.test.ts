import { expect, test } from 'vitest';
import type { Git } from '../../../../src/adapters/git/process.ts';
import { GitRegistry } from '../../../../src/adapters/git/refs/claim-refs.ts';
import { openRepository } from '../../../../src/adapters/git/repository.ts';
import { DEFAULT_REF_PREFIX } from '../../../../src/core/claim/refs.ts';
import { ORDER, OTHER, recordOf } from '../../../support/claims.ts';
import { createSandbox } from '../../../support/sandbox.ts';

test('a transaction that a killed git carried out in part is no success: whoever reads again asks for the rest', async () => {
  const { repo, env } = createSandbox();
  const repository = await openRepository(repo, env);
  // Git moves loose refs one after another; this git is ended after the first.
  const torn: Git = (args, options = {}) => {
    const lines = String(options.input ?? '').split('\0');
    const isUpdate = args.includes('update-ref');
    return repository.git(args, isUpdate ? { ...options, input: [...lines.slice(0, 4), 'commit', ''].join('\0') } : options);
  };
  const through = (git: Git) =>
    new GitRegistry(
      { ...repository, git },
      DEFAULT_REF_PREFIX,
      () => ({ name: 'Ada', email: 'ada@example.com', epochSeconds: 1_767_323_045 }),
      async () => null,
    );
  const records = [recordOf(), recordOf({ order: OTHER })] as const;
  const changes = records.map((record) => ({ order: record.order, expected: null, record }));
  expect(await through(torn).swap(changes)).toEqual({ kind: 'lost' });
  const standing = await through(repository.git).read([ORDER, OTHER]);
  expect([standing.get(ORDER)?.kind, standing.get(OTHER)?.kind]).toEqual(['record', 'absent']);
});
