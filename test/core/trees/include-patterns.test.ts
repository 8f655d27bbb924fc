import { expect, test } from 'vitest';
import { reachesInto } from '../../../src/core/trees/include-patterns.ts';

test.each([
  ['config/local.json', 'config', true],
  ['/config/local.json', 'config', true],
  ['config/*', 'config', true],
  ['config/**/key', 'config', true],
  ['config/**/key', 'config/a/b', true],
  ['*/local.json', 'config', true],
  ['a/b/c', 'a/b', true],
  ['a/b/c', 'a/x', false],
  ['a/b', 'a/b', false],
  ['config/', 'config', false],
  ['.env', 'node_modules', false],
  ['**/.env', 'node_modules', false],
  ['*', 'node_modules', false],
  ['!config/local.json', 'config', false],
  ['# config/local.json', 'config', false],
  ['other/x', 'config', false],
])('%s may name something in %s: %s', (pattern, folder, expected) => {
  expect(reachesInto(['', '# nothing', pattern], folder)).toBe(expected);
});
