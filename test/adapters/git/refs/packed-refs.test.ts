import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packedBelow, packedValue } from '../../../../src/adapters/git/refs/packed-refs.ts';
import { isRefAsSeen } from '../../../../src/adapters/git/refs/ref-files.ts';
import { openRepository } from '../../../../src/adapters/git/repository.ts';
import { createSandbox } from '../../../support/sandbox.ts';

test('what git packed is found by its name and by its folder, sorted or not', () => {
  const { repo, env, git } = createSandbox();
  const commonDir = join(repo, '.git');
  const folders = ['refs/claims', 'refs/claims-of-others', 'refs/claim', 'refs/heads/a', 'refs/heads/a-b', 'refs/x'];
  const last = ['ORDER-1', 'ORDER-10', 'ORDER-2', 'größe', '日本', 'z'.repeat(200), 'A', 'a.b'];
  // Enough of them for the search to have some way to go, and each with the peeled value of a tag below it.
  const fill = Array.from({ length: 1_500 }, (_, at) => `refs/claims/FILL-${at}`);
  const names = [...folders.flatMap((folder) => last.map((name) => `${folder}/${name}`)), ...fill];
  git(['tag', '-a', '-m', 'one', 'annotated']);
  const tag = git(['rev-parse', 'refs/tags/annotated']);
  const input = names.map((name) => `create ${name} ${name.startsWith('refs/heads/') ? git(['rev-parse', 'main']) : tag}\n`);
  execFileSync('git', ['update-ref', '--stdin'], { cwd: repo, env, input: input.join('') });
  git(['pack-refs', '--all']);

  const listed = git(['for-each-ref', '--format=%(objectname) %(refname)']).split('\n');
  const look = () => ({
    values: listed.map((line) => `${packedValue(commonDir, line.split(' ')[1] as string)} ${line.split(' ')[1]}`),
    below: [...folders.map((folder) => `${folder}/`), 'refs/', 'refs/none/', 'refs/zz/'].map((folder) => [
      folder,
      packedBelow(commonDir, folder).sort(),
    ]),
  });
  const found = look();
  expect(found.values).toEqual(listed);
  for (const [folder, refs] of found.below)
    expect(refs).toEqual(
      listed
        .map((line) => line.split(' ')[1] as string)
        .filter((ref) => ref.startsWith(folder as string))
        .sort(),
    );
  for (const ref of ['refs/claims/ORDER-', 'refs/claims/ORDER-11', 'refs/claims', 'refs/a', 'refs/zz', 'a'])
    expect([ref, packedValue(commonDir, ref)]).toEqual([ref, null]);

  // As other programs write it.
  const file = join(commonDir, 'packed-refs');
  const lines = readFileSync(file, 'latin1').split('\n').slice(1, -1);
  writeFileSync(
    file,
    `# pack-refs with: peeled\n${lines
      .filter((line) => !line.startsWith('^'))
      .reverse()
      .join('\n')}\n`,
    'latin1',
  );
  expect(look()).toEqual(found);
  for (const text of ['garbage\n', `${lines[0]}\n<<<<<<<\n`]) {
    writeFileSync(file, text);
    expect([text, packedValue(commonDir, 'refs/none')]).toEqual([text, 'unclear']);
  }
  rmSync(file);
  expect([packedValue(commonDir, 'refs/heads/main'), packedBelow(commonDir, 'refs/')]).toEqual([null, []]);
});

test('a ref may have been packed since, whatever time the file of packed refs shows', async () => {
  const { repo, env, git } = createSandbox();
  const repository = await openRepository(repo, env);
  const beforeMs = Date.now() - 1_000;
  git(['update-ref', 'refs/claims/ORDER-1', 'HEAD']);
  git(['pack-refs', '--all']);
  utimesSync(join(repo, '.git/packed-refs'), 1, 1);
  expect(isRefAsSeen(repository, 'refs/claims/ORDER-1', null, beforeMs)).toBe(false);
});
