import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { parseCommand } from '../../src/cli/parse.ts';
import { parsePlain } from '../../src/cli/parse-plain.ts';

const LINES = [
  '',
  'A-1',
  'A-1 B-2',
  '--json',
  'A-1 --json',
  '--json A-1 --json',
  '--no-worktree A-1',
  'A-1 --reopen --wait',
  '--all --mine',
];

test.each(Object.entries(COMMANDS))('%s: plain words are read as the parser reads them, or left to it', async (_, entry) => {
  const spec = await entry.load();
  const switches = spec.options.flatMap(([flag]) => (/[ ,]/.test(flag) ? [] : [flag, `${flag} A-1`]));
  const parsed = [...LINES, ...switches].flatMap((line) => {
    const words = line.split(' ').filter((word) => word !== '');
    const plain = parsePlain(spec, words);
    if (plain !== null) expect([line, plain]).toEqual([line, parseCommand(spec, entry, words)]);
    return plain === null ? [] : [line];
  });
  expect(parsed).toEqual(expect.arrayContaining(['', 'A-1', 'A-1 --json']));
});

test('values, mistakes, help and what stands behind two dashes take the parser', async () => {
  const spec = await (COMMANDS['claim'] as (typeof COMMANDS)[string]).load();
  for (const word of [
    '--on',
    '--path',
    '--session',
    '--session=x',
    '--jsn',
    '--no-json',
    '--worktree',
    '-h',
    '--help',
    '-',
    '--',
  ])
    expect([word, parsePlain(spec, ['A-1', word])]).toEqual([word, null]);
});
