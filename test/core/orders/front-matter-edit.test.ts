import fc from 'fast-check';
import { FAILSAFE_SCHEMA, load } from 'js-yaml';
import { expect, test } from 'vitest';
import { editFrontMatter, type FieldEdit, fieldIn } from '../../../src/core/orders/front-matter-edit.ts';
import { wordFor } from '../../../src/core/orders/status-words.ts';

const edit = (text: string, ...edits: [string, FieldEdit][]) => editFrontMatter(text, new Map(edits));
const STATUS: [string, FieldEdit] = ['status', { value: 'in_progress' }];

test.each([
  ['a plain value', '---\nid: x\nstatus: ready\n---\n', '---\nid: x\nstatus: in_progress\n---\n'],
  ['quotes', `---\nstatus: "ready"\n---\n`, `---\nstatus: "in_progress"\n---\n`],
  ['single quotes', `---\nstatus: 'ready'\n---\n`, `---\nstatus: 'in_progress'\n---\n`],
  ['a comment', '---\nstatus:  ready   # not yet\n---\n', '---\nstatus:  in_progress   # not yet\n---\n'],
  ['a value with a number sign in it', '---\nstatus: a#b\n---\n', '---\nstatus: in_progress\n---\n'],
  ['no value', '---\nstatus:\n---\n', '---\nstatus: in_progress\n---\n'],
  ['line ends of Windows', '---\r\nstatus: ready\r\n---\r\n', '---\r\nstatus: in_progress\r\n---\r\n'],
  ['a byte order mark', '\xef\xbb\xbf---\nstatus: ready\n---\n', '\xef\xbb\xbf---\nstatus: in_progress\n---\n'],
  ['another spelling of the key', '---\n"State" : ready\n---\n', '---\n"State" : in_progress\n---\n'],
  ['a key that is missing', '---\nid: x\n---\nstatus: ready\n', '---\nid: x\nstatus: in_progress\n---\nstatus: ready\n'],
  ['an empty front matter', '---\n---\n', '---\nstatus: in_progress\n---\n'],
  ['no front matter', 'status: ready\n', 'status: ready\n'],
  ['front matter without an end', '---\nstatus: ready\n', '---\nstatus: ready\n'],
  ['a key that is there twice', '---\nstatus: ready\nstatus: draft\n---\n', '---\nstatus: ready\nstatus: draft\n---\n'],
  ['two keys for one thing', '---\nstatus: ready\nstate: draft\n---\n', '---\nstatus: ready\nstate: draft\n---\n'],
  ['a block', '---\nstatus: >-\n  ready\n---\n', '---\nstatus: >-\n  ready\n---\n'],
  ['a value that goes on', '---\nstatus: rea\n  dy\n---\n', '---\nstatus: rea\n  dy\n---\n'],
  ['a list', '---\nstatus:\n- ready\n---\n', '---\nstatus:\n- ready\n---\n'],
  ['a map', '---\nstatus: {name: ready}\n---\n', '---\nstatus: {name: ready}\n---\n'],
  ['a very long line', `---\nstatus: ${'x '.repeat(600)}\n---\n`, `---\nstatus: ${'x '.repeat(600)}\n---\n`],
  [
    'a very long line beside it',
    `---\na${' '.repeat(9_000)}\nstatus: x\n---\n`,
    `---\na${' '.repeat(9_000)}\nstatus: in_progress\n---\n`,
  ],
  ['very long front matter', `---\nstatus: x\n${'#\n'.repeat(9_000)}---\n`, `---\nstatus: x\n${'#\n'.repeat(9_000)}---\n`],
  ['an anchor', '---\nstatus: &a ready\n---\n', '---\nstatus: &a ready\n---\n'],
  ['a key inside another', '---\nx:\n  status: ready\n---\n', '---\nx:\n  status: ready\nstatus: in_progress\n---\n'],
])('%s', (_, before, after) => {
  expect(edit(before, STATUS)).toBe(after);
});

test('new lines come below the one they belong to, and a note comes before the comment that is there', () => {
  const before = '---\nid: x\nstatus: ready # soon\ntitle: y\n---\n';
  const after = edit(before, STATUS, ['claimed_by', { value: 'true' }], ['claimed_at', { value: '2026-01-02T03:04:05Z' }]);
  expect(after).toBe(
    '---\nid: x\nstatus: in_progress # soon\nclaimed_by: "true"\nclaimed_at: 2026-01-02T03:04:05Z\ntitle: y\n---\n',
  );
  expect(edit(before, ['status', { value: 'done', note: '# ours' }])).toContain('\nstatus: done # ours # soon\n');
});

test('a YAML parser reads what was written, and everything else as before', () => {
  const key = fc.constantFrom('id', 'title', 'status', 'claimed_by', 'labels', 'x y', 'State');
  const value = fc.constantFrom(
    '',
    ' ready',
    " 'it''s'",
    ' "a b"',
    ' In Progress # c',
    ' [a, b]',
    ' |\n  text\n  status: no',
    '\n  - a',
    ' 1',
  );
  const lines = fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 6 });
  fc.assert(
    fc.property(lines, fc.constantFrom('\n', '\r\n'), fc.constantFrom('alice', 'null', '12', 'a-b.c'), (fields, end, by) => {
      const text = `---\n${fields.map(([name, text]) => `${name}:${text}\n`).join('')}---\nbody\n`.replaceAll('\n', end);
      const yaml = (file: string) => file.split(/^---\r?$/m)[1]?.trim() || '{}';
      const parsed = (file: string) => (load(yaml(file), { schema: FAILSAFE_SCHEMA }) ?? {}) as Record<string, unknown>;
      const after = edit(text, ['claimed_by', { value: by }]);
      const { claimed_by: was, ...others } = parsed(text);
      const { claimed_by: is, ...same } = parsed(after);
      expect(same).toEqual(others);
      expect(after.endsWith(`---${end}body${end}`)).toBe(true);
      if (after !== text) expect(is).toBe(by);
      else if (was !== by) expect(fieldIn(text, 'claimed_by')).toBeNull();
    }),
  );
});

test.each([
  ['complete', ['In Progress', 'To Do'], 'Done'],
  ['in_progress', ['To Do'], 'In Progress'],
  ['ready', ['Todo', 'In Progress'], 'Todo'],
  ['complete', ['open'], 'closed'],
  ['in_progress', ['pending'], 'in-progress'],
  ['in_progress', ['Backlog'], 'In Progress'],
  ['in_progress', ['', 'nobody knows'], 'in_progress'],
  ['ready', [], 'ready'],
] as const)('%s beside %j is %s', (status, samples, word) => {
  expect(wordFor(status, samples)).toBe(word);
});
