import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replaceText } from '../../../src/adapters/mirrors/replace-text.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'git-claim-replace-')));
const path = join(folder, 'order.md');

/** Writes made to the old file when the new one stands already: somebody opened it just before. */
test.each([
  ['a line that is appended', (old: number) => writeSync(old, 'late\n'), 'ours\nbody\nlate\n'],
  [
    'a file that is written anew in place',
    (old: number) => {
      ftruncateSync(old, 0);
      writeSync(old, 'theirs\nwhole\n');
    },
    'ours\nwhole\n',
  ],
])('%s while the file is replaced is not lost', (_, write, expected) => {
  writeFileSync(path, 'theirs\nbody\n');
  const old = openSync(path, 'a');
  const meanwhile = [() => write(old)];
  expect(
    replaceText(
      target(() => meanwhile.pop()?.()),
      edit,
    ),
  ).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe(expected);
  closeSync(old);
});

test('a line that is appended to both files is kept twice rather than lost', () => {
  writeFileSync(path, 'theirs\n');
  const old = openSync(path, 'a');
  const meanwhile = [
    () => {
      writeSync(old, 'one\n');
      appendFileSync(path, 'other\n');
    },
  ];
  expect(
    replaceText(
      target(() => meanwhile.pop()?.()),
      edit,
    ),
  ).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('ours\nother\none\n');
  closeSync(old);
});

test('a lock that was taken for that of a killed process lets nothing be written', () => {
  writeFileSync(path, 'theirs\n');
  const lost = { isOurs: () => false, commit: () => undefined, abort: () => undefined };
  expect(() => replaceText({ ...target(() => undefined), lock: () => lost }, edit)).toThrow();
  expect(readFileSync(path, 'utf8')).toBe('theirs\n');
});

test('without the lock of git nothing is written', () => {
  writeFileSync(path, 'theirs\n');
  expect(replaceText({ ...target(() => undefined), lock: () => null }, edit)).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe('theirs\n');
});

function edit(text: string) {
  return { text: text.replace('theirs', 'ours') };
}

function target(commit: () => void) {
  const lock = () => ({ isOurs: () => true, commit, abort: () => undefined });
  return { path, file: 'order.md', gitDir: folder, lock, isMisjudged: () => false };
}
