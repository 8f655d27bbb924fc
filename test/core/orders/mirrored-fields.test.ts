import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { JSON_SCHEMA, load } from 'js-yaml';
import { expect, test } from 'vitest';
import type { ClaimRecord } from '../../../src/core/claim/record.ts';
import { MIRROR_FIELDS, mirroredText } from '../../../src/core/orders/mirrored-fields.ts';
import { sedWithoutMirror, withoutMirror } from '../../../src/core/orders/mirrored-lines.ts';
import { recordOf } from '../../support/claims.ts';

const WISH = { fields: MIRROR_FIELDS, isHidden: true };
const LIVE = recordOf();
const HELD = recordOf({ holder: { ...LIVE.holder, id: 'bob.2' } } as Partial<ClaimRecord>);
const COMPLETED = recordOf({ state: 'completed' });
const RELEASED = recordOf({ state: 'released' });
const PROGRAM = join(mkdtempSync(join(tmpdir(), 'git-claim-sed-')), 'program');

/** What stands in a file that another tool or person wrote, as bytes. */
const FILES = [
  ['a plain status', '---\nid: x\nstatus: ready\n---\nbody\n'],
  ['no final newline', '---\nid: x\nstatus: ready\n---\nbody'],
  ['nothing after the front matter', '---\nstatus: ready\n---'],
  ['line ends of Windows, quotes, and a comment', '---\r\nstatus: "To Do"  # a & b /c\\\r\ntitle: y\r\n---\r\nstatus: body\r\n'],
  ['a byte order mark and single quotes', "\xef\xbb\xbf---\nstate: 'To Do'\n---\n"],
  ['any bytes in the body', '---\nid: x\n---\n\0\xff\x81\r\x01 status: in_progress\n'],
  ['keys of ours with comments', '---\nclaimed_by: carol # [x] *\nclaimed_at:\nlease_expires_at: "2026-01-02T03:04:05Z"\n---\n'],
  ['a quoted key, and dots at the end', '---\n"Status" : Todo\n...\nstatus: In Progress\n---\n'],
  ['no front matter', 'status: x\n---\nstatus: in_progress\n---\n'],
  ['empty front matter', '---\n---\n'],
  ['a status in progress', '---\nstatus: In Review\n---\n'],
  ['a status that is done', '---\nstatus: Done # at last\n---\n'],
  ['a status twice', '---\nstatus: ready\nstatus: draft\n---\n'],
] as const;

test.each(FILES)('%s: git gets the file as it was, and after the claim it is what it was', (_, text) => {
  for (const record of [LIVE, COMPLETED]) {
    const first = mirroredText(text, record, [], WISH);
    const second = mirroredText(first.text, HELD, first.lines, WISH);
    const third = mirroredText(second.text, COMPLETED, second.lines, WISH);
    for (const { text: shown, lines } of [first, second, third]) {
      expect(withoutMirror(shown, lines)).toBe(text);
      expect(sed(shown, lines)).toBe(text);
      expect(mirroredText(shown, RELEASED, lines, WISH)).toEqual({ text, lines: [] });
    }
    // The newer lines are known before the file has them.
    if (record === LIVE) expect(sed(first.text, second.lines)).toBe(text);
  }
});

test('what the file says of a claim, and that nobody committed what it says of finished work', () => {
  const { text, lines } = mirroredText('---\nstatus: To Do # soon\n---\n', LIVE, [], WISH);
  expect(text.split('\n').slice(1, 3)).toEqual(['status: In Progress # soon', 'claimed_by: alice']);
  const done = mirroredText(text, COMPLETED, lines, WISH).text;
  expect(done).toContain('\nstatus: Done # uncommitted (git-claim) # soon\n');
  expect(mirroredText(text, COMPLETED, lines, { ...WISH, isHidden: false }).text).toContain('\nstatus: Done # soon\n');
  expect(mirroredText('---\nstatus: Closed\n---\n', COMPLETED, [], WISH)).toEqual({
    text: '---\nstatus: Closed\n---\n',
    lines: [],
  });
});

const TO_DO = '---\nstatus: To Do # soon\n---\n';

test.each([
  [
    'a tool that quotes anew',
    (text: string) => text.replace(/: (In Progress|alice)/g, ': "$1"'),
    '---\nstatus: To Do # soon\n---\n',
  ],
  ['one that drops comments', (text: string) => text.replace(' # soon', ''), '---\nstatus: To Do # soon\n---\n'],
  ['one that spells times in full', (text: string) => text.replace(/(\d)Z\n/g, '$1.000Z\n'), '---\nstatus: To Do # soon\n---\n'],
  ['one that spells them as Python does', (text: string) => text.replace(/T([\d:]+)Z\n/g, ' $1+00:00\n'), TO_DO],
  [
    'one that keeps only the holder',
    () => '---\nid: x\nstatus: In Progress\nclaimed_by: alice\ntitle: new\n---\n',
    '---\nid: x\nstatus: To Do # soon\ntitle: new\n---\n',
  ],
  [
    'one that keeps only what it knows, whose status may be its own',
    () => '---\nid: x\nstatus: In Progress\ntitle: new\n---\n',
    '---\nid: x\nstatus: In Progress\ntitle: new\n---\n',
  ],
  [
    'a claim of another session, whose words are those that the claim shows',
    () => '---\nstatus: In Progress\nclaimed_by: carol\n---\nclaimed_by: alice\n',
    '---\nstatus: In Progress\nclaimed_by: carol\n---\nclaimed_by: alice\n',
  ],
  ['a line twice', (text: string) => text.replace(/(claimed_by.*\n)/, '$1$1$1'), TO_DO],
  ['another status', (text: string) => text.replace('In Progress', 'Blocked'), '---\nstatus: Blocked # soon\n---\n'],
  ['a comment on the status', (text: string) => text.replace('# soon', '# late'), '---\nstatus: In Progress # late\n---\n'],
])('%s: git gets what somebody wrote, and nothing of the claim', (_, write, expected) => {
  const { text, lines } = mirroredText('---\nstatus: To Do # soon\n---\n', LIVE, [], WISH);
  expect([withoutMirror(write(text), lines), sed(write(text), lines)]).toEqual([expected, expected]);
});

test('a finished status whose comment somebody deleted is theirs', () => {
  const { text, lines } = mirroredText('---\nstatus: To Do\n---\n', COMPLETED, [], WISH);
  const theirs = text.replace(/ # uncommitted.*/, '');
  expect([withoutMirror(theirs, lines), sed(theirs, lines)]).toEqual(Array(2).fill('---\nstatus: Done\n---\n'));
});

test("a status without another line of its claim beside it has a mark, and is the claim's no longer without it", () => {
  const text = '---\nstatus: To Do\n---\n';
  const { text: shown, lines } = mirroredText(text, LIVE, [], { fields: ['status'], isHidden: true });
  expect(shown).toBe('---\nstatus: In Progress # uncommitted (git-claim)\n---\n');
  const theirs = '---\nstatus: In Progress\n---\n';
  expect([withoutMirror(shown, lines), sed(shown, lines)]).toEqual([text, text]);
  expect([withoutMirror(theirs, lines), sed(theirs, lines)]).toEqual([theirs, theirs]);
  // Where git does not look, nobody else's word comes into the file.
  const untracked = mirroredText(text, LIVE, [], { fields: ['status'], isHidden: false });
  expect([untracked.text, withoutMirror(theirs, untracked.lines)]).toEqual([theirs, text]);
});

test('a file of another name is edited only if every line of the claim stands in it', () => {
  const text = '\xef\xbb\xbf---\r\nstatus: To Do\r\n\r\n---\r\nbody';
  const { text: shown, lines } = mirroredText(text, LIVE, [], WISH);
  expect(sed(shown, lines, DOUBT)).toBe(text);
  for (const other of [shown.replace(/claimed_at.*\r\n/, ''), text, 'body\n', '', '---', '---\nstatus: In Progress\n'])
    expect(sed(other, lines, DOUBT)).toBe(other);
  const alone = mirroredText(text, LIVE, [], { ...WISH, fields: ['status'] });
  expect(sed(alone.text, alone.lines, DOUBT)).toBe(alone.text);
});

test.each([
  ['what sed takes for commands', '---\n"status": ready # /\\1&]\\{3}$/d; w out\nid: [a]*.^$\n---\n'],
  ['a line end of its own within a line', '---\n"sta\rtus": ready\n---\n'],
  ['a zero', '---\nstatus: ready # \0\n---\n'],
])('%s in a file does no harm', (_, text) => {
  for (const isHidden of [true, false]) {
    const { text: shown, lines } = mirroredText(text, LIVE, [], { ...WISH, isHidden });
    expect([withoutMirror(shown, lines), sed(shown, lines), sed(shown, lines, DOUBT)]).toEqual([text, text, text]);
  }
});

test('what a person writes while the claim lives comes back when it ends', () => {
  const { text, lines } = mirroredText('---\nstatus: ready\n---\n', LIVE, [], WISH);
  const edited = mirroredText(text.replace('in_progress', 'draft'), LIVE, lines, WISH);
  expect(edited.text).toContain('status: in_progress');
  expect(mirroredText(edited.text, RELEASED, edited.lines, WISH).text).toBe('---\nstatus: draft\n---\n');
});

test('any front matter comes back byte by byte, through sed too, and a YAML parser reads what is shown', () => {
  const key = fc.constantFrom('id', 'title', 'status', 'claimed_by', 'claimed_at', 'x y', 'State', 'labels');
  const value = fc.constantFrom(
    '',
    ' ready',
    " 'it''s'",
    ' "a b"',
    ' In Progress # c',
    ' [a, b]',
    '\n  - a',
    ' $&/\\1.*',
    ' done',
  );
  const fields = fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 6 });
  const records = fc.array(fc.constantFrom(LIVE, HELD, COMPLETED), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      fields,
      fc.constantFrom('\n', '\r\n'),
      records,
      fc.constantFrom('', 'body', 'b\n---\nstatus: x\n'),
      (all, end, steps, body) => {
        const text = `---\n${all.map(([name, text]) => `${name}:${text}\n`).join('')}---\n${body}`.replaceAll('\n', end);
        let shown = { text, lines: mirroredText(text, RELEASED, [], WISH).lines };
        for (const record of steps) shown = { ...shown, ...mirroredText(shown.text, record, shown.lines, WISH) };
        expect(withoutMirror(shown.text, shown.lines)).toBe(text);
        expect(sed(shown.text, shown.lines)).toBe(text);
        const yaml = (file: string) => load(file.split(/^---\r?$/m)[1] || '{}', { schema: JSON_SCHEMA });
        expect(() => yaml(shown.text)).not.toThrow();
      },
    ),
    { numRuns: 60 },
  );
});

/** As the filter runs a program for a file that is not named for the order. */
const DOUBT = ['-e', '1x', '-e', '1s/^/?/', '-e', '1x'];

function sed(text: string, lines: Parameters<typeof sedWithoutMirror>[0], more: readonly string[] = []): string {
  writeFileSync(PROGRAM, Buffer.from(sedWithoutMirror(lines, 'a test'), 'latin1'));
  const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
  return execFileSync('sed', [...more, '-f', PROGRAM], { input: Buffer.from(text, 'latin1'), env }).toString('latin1');
}
