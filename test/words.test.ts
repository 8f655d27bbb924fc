import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { literalsIn } from './support/literals.ts';
import { PACKAGE } from './support/sandbox.ts';

/*
 * Words are data until src/text: no other file has a sentence for people. The exceptions are named here with their
 * reasons; docs/decisions/0009-words.md explains them.
 */

/** Where sentences are: text/, and what the help is made of: summaries and options of commands. */
const WORDED = ['src/text/', 'src/cli/help.ts', 'src/cli/commands.ts', 'src/cli/command.ts', 'src/cli/parse.ts'];

/** The options that a command declares. */
const OPTIONS = /^ {2}options: \[(?:.*\],|[\s\S]*?^ {2}\],)$/gm;

const ALLOWED: Readonly<Record<string, string>> = {
  'src/core/claim/note.ts': 'notes of records: bytes',
  'src/core/orders/new-order.ts': 'the file of a new order: bytes',
  'src/core/event-messages.ts': 'messages of the event log: stored',
  'src/core/session/evidence.ts': 'evidence: stored in records and in the cache',
  'src/core/record/misread.ts': "evidence of a ref: git's own words may stand in its place",
  'src/core/install/': 'files that init writes: bytes',
  'src/core/trees/lock-reason.ts': "the reason of git's worktree lock: a format",
  'src/adapters/git/trees/': "the commit that keeps work, and git's worktree lock: formats",
  'src/adapters/git/refs/lock-owner.ts': "stands in for git's own word that a ref is locked",
  'src/adapters/git/refs/stale-locks.ts': "stands in for git's own word that a ref is locked",
  'src/adapters/git/refs/swap.ts': "stands in for git's own word that a ref is locked",
  'src/adapters/git/install/installation.ts': "stands in for git's own word that a ref is locked",
  'src/adapters/git/history/': "git's own formats, and what stands in for its word",
  'src/adapters/git/process.ts': "stands in for git's own word where it says nothing",
  'src/adapters/sqlite/': 'SQL, and why a database cannot be used beside the words of SQLite, Node and the file system',
  'src/adapters/system/process-group.ts': 'a program for the shell',
};

/** Whose arguments count for nothing here: labels of steps that tests kill a process at, and bugs that are asserted. */
const WORDLESS = new Set(['step', 'removeFile', 'Error']);

const SENTENCES = readdirSync(join(PACKAGE, 'src'), { recursive: true, encoding: 'utf8' })
  .map((name) => `src/${name}`)
  .filter((file) => file.endsWith('.ts') && !WORDED.some((place) => file.startsWith(place)))
  .sort()
  .flatMap(sentencesIn);

test('no sentence for people is worded outside src/text', () => {
  expect(SENTENCES.filter(({ file }) => reasonFor(file) === undefined).map(({ line }) => line)).toEqual([]);
});

test('what may word a sentence elsewhere does', () => {
  const files = SENTENCES.map(({ file }) => file);
  expect(Object.keys(ALLOWED).filter((place) => !files.some((file) => file.startsWith(place)))).toEqual([]);
});

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: sources are the subject here
test.each([
  ["throw new Error('it isn\\'t there')", ["it isn\\'t there"]],
  ['const a = `${order} is held by ${who}`;', ['… is held by …']],
  ['f(`a ${b ? `one` : ({ c: "two" })} z`)', ['one', 'two', 'a … z']],
  ["// 'a comment'\n/* 'and another' */ /'a[/]b'/.test(x) || y / 2 < 'z' / 1", ['z']],
])('%j has the literals %j', (source, expected) => {
  expect(literalsIn(source).map(({ text }) => text)).toEqual(expected);
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: sources are the subject here

test.each([
  ['it is not there', true],
  ['… is held by …', true],
  ['process … exited', true],
  ['two words', false],
  ['SELECT heard FROM session WHERE key = ?', false],
  ['refs/claims/… at …', false],
])('%j is a sentence: %j', (text, expected) => {
  expect(isSentence(text)).toBe(expected);
});

function sentencesIn(file: string): { readonly file: string; readonly line: string }[] {
  const whole = readFileSync(join(PACKAGE, file), 'utf8');
  const source = file.startsWith('src/cli/commands/') ? whole.replace(OPTIONS, (lines) => lines.replace(/[^\n]/g, ' ')) : whole;
  return literalsIn(source)
    .filter(({ text, callees }) => isSentence(text) && !callees.some((callee) => WORDLESS.has(callee)))
    .map(({ text, at }) => ({ file, line: `${file}:${source.slice(0, at).split('\n').length}: ${text}` }));
}

/** Three words in a row, of which one may be put in; words of capitals are SQL's or a variable's. */
function isSentence(text: string): boolean {
  const rows = text.match(/(?<![\w-])(?:(?:[A-Z]?[a-z']+|…)[,;:]? +){2,}(?:[A-Z]?[a-z']+|…)(?![\w-])/g) ?? [];
  return rows.some((row) => (row.match(/[a-z']{2,}/g) ?? []).length >= 2);
}

function reasonFor(file: string): string | undefined {
  return Object.entries(ALLOWED).find(([place]) => file.startsWith(place))?.[1];
}
