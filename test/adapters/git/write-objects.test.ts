import { expect, test } from 'vitest';
import { readObjects } from '../../../src/adapters/git/read-objects.ts';
import { openRepository } from '../../../src/adapters/git/repository.ts';
import { gitObject, writeObjects } from '../../../src/adapters/git/write-objects.ts';
import { createSandbox } from '../../support/sandbox.ts';

test('objects of any length are written as they are, under the name git gives them', async () => {
  const { repo, env } = createSandbox();
  const { git } = await openRepository(repo, env);
  const texts = ['', 'x', 'ÿ\0\n', ...[65_535, 65_536, 200_000].map((length) => 'seven b'.repeat(length).slice(0, length))];
  const objects = texts.map((text) => gitObject('sha1', 'blob', text));
  expect(await writeObjects(git, 'sha1', objects)).toBeNull();
  const found = await readObjects(
    git,
    objects.map(({ oid }) => oid),
  );
  expect(found).toEqual(objects.map(({ oid, type, body }) => ({ oid, type, body })));
});
