import fc from 'fast-check';
import { FAILSAFE_SCHEMA, load } from 'js-yaml';
import { expect, test } from 'vitest';
import { plainFields } from '../../../src/adapters/orders/plain-yaml.ts';

/** What a YAML parser says; undefined if it is none. */
function parsed(yaml: string): unknown {
  try {
    return load(yaml, { schema: FAILSAFE_SCHEMA, maxDepth: 10 });
  } catch {
    return undefined;
  }
}

test('front matter as it is mostly written needs no parser', () => {
  const yaml = [
    'id: ORDER-7',
    'title: Fix the login (again), it isn\'t "done"',
    'status: In Progress # uncommitted (git-claim)',
    "created_date: '2026-01-02 10:30'",
    'claimed_at: 2026-01-02T10:30:00Z',
    '',
    '# a remark',
    'labels: [ui, back-end]',
    'dependencies: []',
    'paths:',
    '  - src/auth',
    '  - "a b"',
    'assignee:',
    '- ada',
    'größe: x',
  ];
  expect(plainFields(yaml.join('\n'))).toBeNull();
  const fields = plainFields(`${yaml.slice(0, -1).join('\n')}\n`);
  expect(fields).toEqual(parsed(yaml.slice(0, -1).join('\n')));
  expect(Object.keys(fields ?? {})).toHaveLength(9);
});

test.each([
  ['nothing', ''],
  ['a remark alone', '# x'],
  ['no value', 'a:\nb: c'],
  ['a list without entries', 'a:\n'],
  ['a value in the next line', 'a: b\n c'],
  ['a value of two lines in quotes', 'a: "b\n  c"'],
  ['a key twice', 'a: b\na: c'],
  ['a colon before a blank', 'title: Fix: the login'],
  ['entries in different columns', 'a:\n  - b\n - c'],
  ['a map below a key', 'a:\n  b: c'],
  ['a list of maps', 'a:\n  - b: c'],
  ['a block', 'a: |\n  b'],
  ['an anchor', 'a: &b c'],
  ['an escape', 'a: "\\n"'],
  ['a tab', 'a:\tb'],
  ['a carriage return', 'a: b\r\nc: d'],
  ['a second document', 'a: b\n---\nc: d'],
])('%s is left to the parser', (_, yaml) => {
  expect(plainFields(yaml)).toBeNull();
});

/** Pieces of which front matter consists, and what has a meaning in YAML. */
const PIECES = [
  ...['id', 'a', 'b-c', 'x_1', 'true', 'null', '~', '07', '1.5', '2026-01-02', '10:30', 'é', '漢', 'a.b/c', "it's", 'say "so"'],
  ...[': ', ':', ' ', '  ', '\n', '\n', '\n', '\n- ', '\n  - ', '\n    - ', ', ', ',', '[', ']', '{', '}', '#', ' #', '# x'],
  ...[
    "'",
    '"',
    '\\',
    '|',
    '>',
    '&',
    '*',
    '!',
    '%',
    '@',
    '`',
    '-',
    '- ',
    '?',
    '? ',
    '---',
    '...',
    '<<',
    '\t',
    '\r',
    '\u00a0',
    '\u0085',
    '\u2028',
    '\ufeff',
    '=',
  ],
];

test('whatever is read plainly is what a YAML parser reads', () => {
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('a', 'B-1', '2.5', ' ', "it's", 'é') },
    fc.constantFrom(...PIECES),
  );
  const words = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));
  const shapes = ['K: V', 'K: V', 'K: "V"', "K: 'V'", 'K: [V, V]', 'K: []', 'K:\n- V\n- V', 'K:\n  - V', 'K:', '# V', '', 'V'];
  const line = fc
    .tuple(fc.constantFrom(...shapes), fc.constantFrom('id', 'title', 'a', 'b_2'), words, words)
    .map(([shape, key, ...values]) => shape.replace('K', () => key).replaceAll('V', () => values.pop() ?? 'x'));
  const fields = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'));
  const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((pieces) => pieces.join(''));
  const value = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => `a: ${text}`);
  let plain = 0;
  fc.assert(
    fc.property(fc.oneof({ weight: 5, arbitrary: fields }, texts, value), (yaml) => {
      const read = plainFields(yaml);
      if (read === null) return;
      plain += 1;
      expect(read).toEqual(parsed(yaml));
    }),
    { numRuns: 10_000 },
  );
  expect(plain).toBeGreaterThan(1_000);
});
