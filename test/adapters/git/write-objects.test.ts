import { chmodSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitObject } from '../../../src/adapters/git/git-object.ts';
import { readLooseObject } from '../../../src/adapters/git/loose-objects.ts';
import { readObjects } from '../../../src/adapters/git/read-objects.ts';
import { openRepository } from '../../../src/adapters/git/repository.ts';
import { writeObjects } from '../../../src/adapters/git/write-objects.ts';
import { createSandbox } from '../../support/sandbox.ts';

test.for(['our own hand', 'git, in a shared repository'])(
  'objects of any length are written as they are, under the name git gives them, by %s',
  async (hand) => {
    const { repo, env, git } = createSandbox();
    if (hand !== 'our own hand') git(['config', 'core.sharedRepository', 'group']);
    const repository = await openRepository(repo, env);
    const texts = ['', 'x', 'ÿ\0\n', ...[65_535, 65_536, 200_000].map((length) => 'seven b'.repeat(length).slice(0, length))];
    const objects = texts.map((text) => gitObject('sha1', 'blob', text));
    expect(await writeObjects(repository, objects)).toBeNull();
    const found = await readObjects(
      repository.git,
      objects.map(({ oid }) => oid),
    );
    expect(found).toEqual(objects.map(({ oid, type, body }) => ({ oid, type, body })));
    // Only git reads what git has compressed.
    const read = objects.map(({ oid }) => readLooseObject(repository, oid));
    expect(read).toEqual(hand === 'our own hand' ? found : found.map(() => null));
    const left = readdirSync(join(repo, '.git/objects'), { recursive: true }).filter((name) => String(name).includes('tmp_'));
    expect([git(['fsck', '--strict', '--no-dangling']), left]).toEqual(['', []]);
    // Written again, each is younger than any gc's limit.
    const file = ({ oid }: { oid: string }) => join(repo, '.git/objects', oid.slice(0, 2), oid.slice(2));
    for (const object of objects) utimesSync(file(object), 1, 1);
    expect(await writeObjects(repository, objects)).toBeNull();
    expect(objects.filter((object) => statSync(file(object)).mtimeMs < 10_000)).toEqual([]);
  },
);

test('what cannot be written by hand is left to git, which says why', async () => {
  const { repo, env } = createSandbox();
  const repository = await openRepository(repo, env);
  const object = gitObject('sha1', 'blob', 'text');
  // A file where the folder of the object should be.
  writeFileSync(join(repo, '.git/objects', object.oid.slice(0, 2)), '');
  await expect(writeObjects(repository, [object])).rejects.toThrow(/record-not-written/);
});

test('an object whose file is damaged anywhere is not read', async () => {
  const { repo, env } = createSandbox();
  const repository = await openRepository(repo, env);
  const object = gitObject('sha1', 'tag', 'a record');
  expect(await writeObjects(repository, [object])).toBeNull();
  const file = join(repo, '.git/objects', object.oid.slice(0, 2), object.oid.slice(2));
  const bytes = readFileSync(file);
  chmodSync(file, 0o644);
  for (let at = 0; at < bytes.length; at += 1) {
    for (const damaged of [bytes.map((byte, index) => (index === at ? byte ^ 4 : byte)), bytes.subarray(0, at)]) {
      writeFileSync(file, damaged);
      expect([at, readLooseObject(repository, object.oid)]).toEqual([at, null]);
    }
  }
  writeFileSync(file, Buffer.concat([bytes, Buffer.from('x')]));
  expect(readLooseObject(repository, object.oid)).toBeNull();
});
