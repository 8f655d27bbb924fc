import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clearIndexLock, entryIn, indexEntryOf, isIndexUnclear, lockIndex } from '../../../src/adapters/git/index-file.ts';

const LONG = `${'a'.repeat(200)}/${'b'.repeat(200)}`;
const FILES = ['a', 'b b/c', 'dir/a', 'dir/ab', 'dir/ab-c', 'dir/sub/\u00e9', 'same/dir/a', 'z'];

test.each([
  ['sha1', 2],
  ['sha1', 4],
  ['sha256', 2],
  ['sha256', 4],
] as const)('%s, version %i: git reads the same entries, and looks at the content of the one file', (objectFormat, version) => {
  const { repo, gitDir, git } = repository(objectFormat, FILES);
  git('update-index', '--index-version', String(version));
  // An entry with more flags than fit into the old format.
  git('update-index', '--skip-worktree', 'b b/c');
  const before = git('ls-files', '--stage', '-t', '-v');
  for (const file of FILES) {
    const size = statSync(join(repo, file)).size;
    expect(indexEntryOf(gitDir, file, { objectFormat })).toMatchObject({ size });
    expect(size).toBeGreaterThan(0);
    lockIndex(gitDir, file, { objectFormat })?.commit();
    expect(indexEntryOf(gitDir, file, { objectFormat })).toMatchObject({ size: 0 });
    expect(git('ls-files', '--stage', '-t', '-v')).toBe(before);
  }
  expect(indexEntryOf(gitDir, 'ir/a', { objectFormat })).toBe('untracked');
  git('fsck', '--no-dangling');
  expect([git('status', '--porcelain'), existsSync(join(gitDir, 'index.lock'))]).toEqual(['', false]);
});

test('long names, conflicts, and an index in two parts', () => {
  const { repo, gitDir, git } = repository('sha1', ['a']);
  mkdirSync(join(repo, LONG), { recursive: true });
  const file = `${LONG}/file`;
  writeFileSync(join(repo, file), 'x');
  git('add', '.');
  expect(indexEntryOf(gitDir, file, SHA1)).toMatchObject({ size: 1 });
  const oid = git('hash-object', 'a').trim();
  execFileSync('git', ['update-index', '--index-info'], { cwd: repo, input: `0 ${'0'.repeat(40)}\ta\n100644 ${oid} 1\ta\n` });
  expect([indexEntryOf(gitDir, 'a', SHA1), lockIndex(gitDir, 'a', SHA1)]).toEqual(['unclear', null]);
  git('reset', '--quiet', '--hard');
  git('update-index', '--split-index');
  expect(indexEntryOf(gitDir, 'a', SHA1)).toBe('unclear');
  expect([entryIn(Buffer.from('DIRC'), 'a', 20), indexEntryOf(repo, 'a', SHA1)]).toEqual(['unclear', 'untracked']);
});

test('the lock is one that git respects, and nothing is written over what git wrote', () => {
  const { repo, gitDir, git } = repository('sha1', ['a']);
  const lock = lockIndex(gitDir, 'a', SHA1);
  expect(lockIndex(gitDir, 'a', SHA1)).toBeNull();
  writeFileSync(join(repo, 'b'), 'x');
  expect(() => git('add', 'b')).toThrow('index.lock');
  lock?.abort();
  git('add', 'b');
  const mode = statSync(join(gitDir, 'index')).mode;
  lockIndex(gitDir, 'a', SHA1)?.commit();
  expect([git('diff', '--cached', '--name-only'), statSync(join(gitDir, 'index')).mode]).toEqual(['b\n', mode]);
});

test('a file that changed in the second in which it was added stays changed for git', () => {
  const { repo, gitDir, git } = repository('sha1', ['a', 'z']);
  // What the disk's clock decides, said here: the same second, and a change time that nobody compares.
  git('config', 'core.trustctime', 'false');
  const then = 1_700_000_000;
  const write = (text: string) => {
    writeFileSync(join(repo, 'z'), text);
    utimesSync(join(repo, 'z'), then, then);
  };
  write('one\n');
  git('add', 'z');
  write('two\n');
  utimesSync(join(gitDir, 'index'), then, then);
  const before = git('--no-optional-locks', 'status', '--porcelain');
  lockIndex(gitDir, 'a', SHA1)?.commit();
  expect([before, git('--no-optional-locks', 'status', '--porcelain')]).toEqual(['MM z\n', 'MM z\n']);
});

test('a process that was stopped while it held the lock touches nothing once the lock is git\u2019s', () => {
  const { gitDir } = repository('sha1', ['a', 'z']);
  const [index, theirs] = [join(gitDir, 'index'), join(gitDir, 'index.lock')];
  for (const end of ['commit', 'abort'] as const) {
    const before = readFileSync(index);
    const lock = lockIndex(gitDir, 'a', { objectFormat: 'sha1' });
    rmSync(theirs);
    writeFileSync(theirs, 'of git');
    expect(lock?.isOurs()).toBe(false);
    lock?.[end]();
    expect([readFileSync(index).equals(before), readFileSync(theirs, 'utf8')]).toEqual([true, 'of git']);
    rmSync(theirs);
  }
});

test('a lock that a killed process left is removed once it is old, and no lock of git ever', () => {
  const { gitDir } = repository('sha1', ['a']);
  const [lock, draft] = [join(gitDir, 'index.lock'), join(gitDir, 'index.git-claim-12')];
  writeFileSync(draft, readFileSync(join(gitDir, 'index')));
  linkSync(draft, lock);
  expect([clearIndexLock(gitDir), existsSync(lock)]).toEqual([true, true]);
  utimesSync(draft, 1, 1);
  expect([clearIndexLock(gitDir), existsSync(lock), existsSync(draft)]).toEqual([false, false, false]);
  writeFileSync(lock, '');
  utimesSync(lock, 1, 1);
  expect([clearIndexLock(gitDir), existsSync(lock)]).toEqual([false, true]);
});

test('an index that is split or a link is not touched, and a folder named like an extension does not make it one', () => {
  const { gitDir, git } = repository('sha1', ['link/a', 'sdir/b']);
  git('write-tree');
  expect([indexEntryOf(gitDir, 'new', SHA1), isIndexUnclear(gitDir, SHA1)]).toEqual(['untracked', false]);
  git('update-index', '--split-index');
  expect(isIndexUnclear(gitDir, SHA1)).toBe(true);
  git('update-index', '--no-split-index');
  renameSync(join(gitDir, 'index'), join(gitDir, 'elsewhere'));
  symlinkSync('elsewhere', join(gitDir, 'index'));
  expect([indexEntryOf(gitDir, 'link/a', SHA1), isIndexUnclear(gitDir, SHA1)]).toEqual(['unclear', true]);
});

const SHA1 = { objectFormat: 'sha1' } as const;

function repository(objectFormat: 'sha1' | 'sha256', files: readonly string[]) {
  const repo = realpathSync(mkdtempSync(join(tmpdir(), 'git-claim-index-')));
  const env = { PATH: process.env['PATH'], HOME: repo, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  const git = (...args: string[]) => execFileSync('git', args, { cwd: repo, env, encoding: 'utf8', stdio: 'pipe' });
  git('init', '--quiet', `--object-format=${objectFormat}`);
  for (const file of files) {
    mkdirSync(join(repo, file, '..'), { recursive: true });
    writeFileSync(join(repo, file), `${file}\n`);
    // Git does not trust the size of a file that is as young as its index.
    utimesSync(join(repo, file), 1_700_000_000, 1_700_000_000);
  }
  git('add', '.');
  git('-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '--quiet', '--message', 'files');
  return { repo, gitDir: join(repo, '.git'), git };
}
