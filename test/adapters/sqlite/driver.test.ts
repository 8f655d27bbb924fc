import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findDriver } from '../../../src/adapters/sqlite/driver.ts';
import { PACKAGE } from '../../support/sandbox.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'git-claim-driver-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A Node without SQLite. */
const none = () => null;

const WORKING = 'module.exports = class { constructor(path, options) { this.options = options; } close() {} };';

test('the installed module is loaded', () => {
  expect(findDriver().kind).toBe('loaded');
});

test('a version that needs Node-API 10 is not even required where there is less', () => {
  const require = installed('13.2.0', 'process.kill(process.pid, "SIGSEGV"); for (;;);');
  expect(findDriver(require, 9, none)).toEqual({
    kind: 'missing',
    trouble: {
      ...{ kind: 'no-driver', folder: expect.any(String), isInstalled: false },
      said: expect.stringMatching(/^better-sqlite3 cannot be loaded: version 13\.2\.0 would crash Node/),
    },
  });
});

test('a version that needs Node-API 10 is loaded where it is there', () => {
  expect(findDriver(installed('13.2.0', WORKING), 10).kind).toBe('loaded');
});

test.each([
  ['a version nobody can read', 'unknown', WORKING],
  [
    'an addon that was not built',
    '12.9.0',
    'module.exports = class { constructor() { throw new Error("Could not locate the bindings file. Tried:\\n → a\\n → b"); } };',
  ],
  ['a module that throws no error', '12.9.0', 'throw "a string";'],
  ['a module that is something else', '12.9.0', 'module.exports = 1;'],
])('%s is an answer of one line', (_, version, code) => {
  const driver = findDriver(installed(version, code), 9, none);
  const said = expect.stringMatching(/^better-sqlite3 cannot be loaded: [^\n]+$/);
  expect(driver).toEqual({
    kind: 'missing',
    trouble: { kind: 'no-driver', said, folder: expect.any(String), isInstalled: expect.any(Boolean) },
  });
});

test('the paths that were searched are not part of the answer', () => {
  expect(findDriver(createRequire(join(directory, 'program.js')), 9, none)).toEqual({
    kind: 'missing',
    trouble: {
      ...{ kind: 'no-driver', folder: PACKAGE, isInstalled: false },
      said: "better-sqlite3 cannot be loaded: Cannot find module 'better-sqlite3/package.json'",
    },
  });
  const unbuilt = installed('12.9.0', 'throw new Error("Could not locate the bindings file. Tried:\\n → a\\n → b");');
  expect(findDriver(unbuilt, 9, none)).toEqual({
    kind: 'missing',
    trouble: {
      ...{ kind: 'no-driver', folder: directory, isInstalled: true },
      said: 'better-sqlite3 cannot be loaded: Could not locate the bindings file.',
    },
  });
});

function installed(version: string, code: string): NodeJS.Require {
  const root = join(directory, 'node_modules/better-sqlite3');
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'better-sqlite3', version, main: 'index.js' }));
  writeFileSync(join(root, 'index.js'), code);
  return createRequire(join(directory, 'program.js'));
}
