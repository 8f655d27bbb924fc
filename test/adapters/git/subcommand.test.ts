import { expect, test } from 'vitest';
import { subcommandOf } from '../../../src/adapters/git/subcommand.ts';

test.each([
  ['commit -m log', 'commit'],
  ['-c core.fsync=all -C there --no-pager update-ref --stdin', 'update-ref'],
  ['--git-dir there gc', 'gc'],
  ['--git-dir=there gc', 'gc'],
  ['--version', ''],
])('git %s is git %s', (line, subcommand) => {
  expect(subcommandOf(line.split(' '))).toBe(subcommand);
});
