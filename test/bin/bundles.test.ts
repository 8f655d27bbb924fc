import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS, INNER_COMMANDS } from '../../src/cli/commands.ts';
import { splitWords } from '../../src/cli/words.ts';
import { PACKAGE } from '../support/sandbox.ts';

type Start = {
  readonly WHOLE: string;
  readonly PARTS: Readonly<Record<string, readonly string[]>>;
  bundleFor(words: readonly string[]): string;
};

const { WHOLE, PARTS, bundleFor } = createRequire(import.meta.url)(join(PACKAGE, 'bin/start.cjs')) as Start;
const NAMES = [...Object.keys(COMMANDS), ...Object.keys(INNER_COMMANDS)];

test('whatever is typed, the bundle that is chosen has the command', () => {
  const extras = [
    [],
    ['--json'],
    ['A-1'],
    ['--session', 'ada'],
    ['--no-worktree', 'A-1'],
    ['--session', 'list'],
    ['take'],
    ['status'],
  ];
  const lines = extras.flatMap((extra) => [
    extra,
    ...NAMES.flatMap((name) => [
      [name, ...extra],
      [...extra, name],
    ]),
  ]);
  for (const words of lines) {
    const parts = PARTS[bundleFor(words)] ?? NAMES;
    expect([words, parts.includes(splitWords(words).name)]).toEqual([words, true]);
  }
  for (const word of ['-h', '--help', 'help']) expect(bundleFor(['status', word])).toBe(WHOLE);
});

test('the common commands have smaller bundles', () => {
  expect([[], ['status'], ['list']].map(bundleFor)).toEqual(Array(3).fill('git-claim-look'));
  expect([['A-1'], ['--no-worktree', 'a-1'], ['release'], ['list', '--all']].map(bundleFor)).toEqual(
    Array(4).fill('git-claim-own'),
  );
});

test('what other commands say is in no smaller bundle', () => {
  for (const name of Object.keys(PARTS)) {
    const text = readFileSync(join(PACKAGE, 'dist', `${name}.script.js`), 'utf8');
    for (const command of NAMES) {
      const isLeftOut = text.includes(`./commands/${command}.ts is left out`);
      expect([name, command, isLeftOut]).toEqual([name, command, !PARTS[name]?.includes(command)]);
    }
  }
});
