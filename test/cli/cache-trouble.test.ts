import { chmodSync, copyFileSync, cpSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, PACKAGE, type Sandbox } from '../support/sandbox.ts';

const ALICE = { GIT_CLAIM_SESSION: 'alice' };
const BOB = { GIT_CLAIM_SESSION: 'bob' };
type Env = Readonly<Record<string, string>>;

const cacheOf = (sandbox: Sandbox) => join(sandbox.repo, '.git/claim/cache.db');

/** What is done to the cache before every command, and the commands' environment. */
const TROUBLES: readonly [name: string, trouble: (sandbox: Sandbox) => Env, isOff: boolean][] = [
  ['works', () => ({}), false],
  ['is deleted', (sandbox) => without(sandbox), false],
  ['is garbage', (sandbox) => spoil(sandbox, (path) => writeFileSync(path, Buffer.alloc(9_000, 'garbage '))), false],
  ['is cut short', (sandbox) => spoil(sandbox, (path, text) => writeFileSync(path, text.subarray(0, 5_000))), false],
  ['is of a newer version', (sandbox) => spoil(sandbox, newer), false],
  ['is a folder', (sandbox) => spoil(sandbox, (path) => mkdirSync(path)), true],
  ['is a symbolic link', (sandbox) => spoil(sandbox, (path) => symlinkSync('/etc/passwd', path)), true],
  ['has a file where its folder should be', (sandbox) => spoilFolder(sandbox), true],
  ['has no SQLite', (sandbox) => ({ PATH: pathWithoutSqlite(sandbox) }), true],
];

test.each(TROUBLES)('every answer is right while the cache %s', async (name, trouble, isOff) => {
  const sandbox = createSandbox();
  const run = (who: Env, ...args: string[]) => runCli(sandbox, args, { env: { ...trouble(sandbox), ...who } });

  const mended = /better-sqlite3 cannot be loaded: .*; npm --prefix .*installed'? install mends it, and Node.js 22.13 or newer/;
  const claimed = await run(ALICE, '--no-worktree', 'ORDER-1');
  expect(claimed).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('ORDER-1 is yours (generation 1'),
  });
  expect(mended.test(claimed.stderr)).toBe(name === 'has no SQLite');
  expect(await run(BOB, '--no-worktree', 'ORDER-1')).toMatchObject({
    code: 3,
    stdout: '',
    stderr: expect.stringContaining('ORDER-1 is held by alice'),
  });
  const status = await run(ALICE, 'status');
  expect(status).toMatchObject({ code: 0, stdout: expect.stringMatching(/holding {2}ORDER-1 {2}you/), stderr: '' });
  expect(status.stdout.includes('cache    off: ')).toBe(isOff);
  expect(await run(BOB, 'status', 'ORDER-1')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('ORDER-1 is held by alice'),
    stderr: '',
  });
  expect(await run(BOB, 'list')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^ORDER-1 {2}alice {2}active/),
    stderr: '',
  });
  expect(await run(ALICE, 'block', 'ORDER-1', '--reason', 'waits')).toMatchObject({ code: 0 });
  expect(await run(ALICE, 'release', 'ORDER-1')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('ORDER-1 is released'),
  });
  expect(await run(BOB, '--no-worktree', 'ORDER-1')).toMatchObject({ code: 0, stdout: expect.stringContaining('generation 2') });
  expect(sandbox.git(['log', '--format=%s', '-1', 'main'])).toBe('first commit');
});

function without(sandbox: Sandbox): Env {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${cacheOf(sandbox)}${suffix}`, { recursive: true, force: true });
  return {};
}

/** Replaces whatever the previous command left there. */
function spoil(sandbox: Sandbox, put: (path: string, text: Buffer) => void): Env {
  const path = cacheOf(sandbox);
  const text = lstatSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path) : Buffer.alloc(0);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  without(sandbox);
  put(path, text);
  return {};
}

function newer(path: string): void {
  const connection = new Database(path);
  connection.pragma('user_version = 999');
  connection.exec('CREATE TABLE lease (something_else)');
  connection.close();
}

function spoilFolder(sandbox: Sandbox): Env {
  rmSync(join(sandbox.repo, '.git/claim'), { recursive: true, force: true });
  writeFileSync(join(sandbox.repo, '.git/claim'), '');
  return {};
}

/** A copy of the installed package, with nothing around it that could be found instead. */
function pathWithoutSqlite(sandbox: Sandbox): string {
  const home = join(sandbox.dir, 'installed');
  cpSync(join(PACKAGE, 'bin'), join(home, 'bin'), { recursive: true });
  mkdirSync(join(home, 'dist'), { recursive: true });
  for (const name of ['git-claim.script.js', 'facts.sh']) copyFileSync(join(PACKAGE, 'dist', name), join(home, 'dist', name));
  chmodSync(join(home, 'bin/git-claim'), 0o755);
  return [join(home, 'bin'), ...(sandbox.env['PATH'] ?? '').split(delimiter).slice(1)].join(delimiter);
}
