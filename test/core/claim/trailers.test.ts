import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACTIONS, type ClaimRecord, STATES } from '../../../src/core/claim/record.ts';
import { CLAIM_CODEC, HOOK_KEYS } from '../../../src/core/claim/trailers.ts';
import type { CloneId, Oid, OrderId, SessionId, SessionKey } from '../../../src/core/ids.ts';
import { oneLine } from '../../../src/core/line.ts';
import { DEFAULT_REMOTE_LEASE } from '../../../src/core/record/lease.ts';
import { LEASE } from '../../support/claims.ts';
import { anyClaimPath } from '../../support/paths.ts';

const ORDER = 'ORDER-143' as OrderId;
const OID = 'a1'.repeat(20) as Oid;
const TAGGER = { name: 'Ada', email: 'ada@example.com', epochSeconds: 1_795_270_925 };

const RECORD: ClaimRecord = {
  order: ORDER,
  action: 'claim',
  state: 'active',
  generation: 4,
  nonce: '0f'.repeat(16),
  holder: {
    key: 'claude:7f3a21aa' as SessionKey,
    id: 'claude-7f3a21' as SessionId,
    agent: 'claude',
    host: 'engine',
    boot: 'ed4b68d8-8c9a-4ac3-96bd-8e6e41201281',
    anchor: { pid: 4711, start: '123456', ns: '4026531836' },
    person: null,
    clone: null,
  },
  worktree: '../app.claims/ORDER-143',
  branch: 'order-143-fix-login',
  base: OID,
  tip: null,
  paths: [],
  lease: LEASE,
  remoteLease: null,
  challenge: null,
  takenFrom: null,
  claimedAt: '2026-11-21T14:02:05Z',
  recordedAt: '2026-11-21T14:02:06Z',
  linear: 'ENG-7',
  note: 'the reason',
};

const BODY = CLAIM_CODEC.encode(RECORD, { oid: OID, type: 'tag' }, TAGGER);

test('each trailer that hooks read is one that records have', () => {
  const challenged = { ...RECORD, challenge: { by: RECORD.holder.key, nonce: RECORD.nonce } };
  const lines = CLAIM_CODEC.encode(challenged, { oid: OID, type: 'tag' }, TAGGER).split('\n');
  expect(HOOK_KEYS.filter((key) => !lines.some((line) => line.startsWith(`${key}: `)))).toEqual([]);
});

test('a record is a tag that people and plain git can read', () => {
  expect(BODY).toBe(`object ${OID}
type tag
tag claims/ORDER-143
tagger Ada <ada@example.com> 1795270925 +0000

claim ORDER-143 by claude-7f3a21

the reason

Git-Claim: 1
Order: ORDER-143
Action: claim
State: active
Generation: 4
Nonce: ${'0f'.repeat(16)}
Session: claude-7f3a21
Session-Key: claude:7f3a21aa
Agent: claude
Host: engine
Boot: ed4b68d8-8c9a-4ac3-96bd-8e6e41201281
Anchor: 4711@123456/4026531836
Worktree: ../app.claims/ORDER-143
Branch: order-143-fix-login
Base: ${OID}
Lease: beat=30 stale=90 expire=180 grace=30
Claimed-At: 2026-11-21T14:02:05Z
Recorded-At: 2026-11-21T14:02:06Z
Linear: ENG-7
`);
  expect(CLAIM_CODEC.decode(BODY, ORDER)).toEqual({ kind: 'record', record: RECORD, previous: OID });
});

test('a signature below the trailers is not part of the record', () => {
  const signed = `${BODY}-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n`;
  expect(CLAIM_CODEC.decode(signed, ORDER)).toEqual({ kind: 'record', record: RECORD, previous: OID });
});

const REQUIRED = ['Git-Claim', 'Order', 'Action', 'State', 'Generation', 'Nonce', 'Session', 'Session-Key', 'Host', 'Lease'];

test.each([...REQUIRED, 'Claimed-At', 'Recorded-At'])('without %s it is foreign', (field) => {
  const without = BODY.split('\n').filter((line) => !line.startsWith(`${field}: `));
  expect(CLAIM_CODEC.decode(without.join('\n'), ORDER)).toMatchObject({ kind: 'foreign' });
});

const LINES = BODY.split('\n').filter((line) => /^[A-Z][A-Za-z-]+: /.test(line));

test.each(LINES)('with "%s" and another such trailer it is foreign, whichever is first and however it is spelled', (line) => {
  const [key = '', value = ''] = line.split(': ');
  for (const more of [line, `${key}: other`, `${key.toLowerCase()}: ${value}`])
    for (const both of [`${line}\n${more}`, `${more}\n${line}`]) {
      const body = BODY.replace(`\n${line}\n`, `\n${both}\n`);
      expect(CLAIM_CODEC.decode(body, ORDER)).toMatchObject({ kind: 'foreign' });
    }
});

test('a trailer that this version does not know may repeat', () => {
  const body = BODY.replace('\nLinear: ', '\nLater: 1\nLater: 2\nLinear: ');
  expect(CLAIM_CODEC.decode(body, ORDER)).toEqual({ kind: 'record', record: RECORD, previous: OID });
});

test.each([
  ['Git-Claim', ['2', '0', '', '1.0', 'x']],
  ['Order', ['ORDER-2', 'order-143', '../x', '']],
  ['Action', ['take-it', '', 'constructor']],
  ['State', ['free', '', 'toString', 'ACTIVE']],
  ['Generation', ['0', '-1', '1e99', '4.5', '0x4', '04', '', '٤', String(2 ** 53), '9'.repeat(400)]],
  ['Nonce', ['', '0F'.repeat(16), '0f'.repeat(15)]],
  ['Session', ['', 'two words', 'x'.repeat(65), 'al\x1b[2J', '\u202e']],
  ['Session-Key', ['', 'two words', 'x'.repeat(201), 'al\x1b[2J']],
  ['Anchor', ['', '0@1/2', '-1@1/2', '1@\r/2', '1@1', '99999999999@1/2']],
  ['Worktree', ['', '%', '%00', '%FF', '%u0041']],
  ['Base', ['', '0'.repeat(40), 'HEAD', '--help', 'A1'.repeat(20)]],
  [
    'Lease',
    ['', 'soon', 'beat=0 stale=0 expire=0 grace=0', 'beat=60 stale=1 expire=1 grace=1', 'beat=. stale=. expire=. grace=.'],
  ],
])('with another %s than there can be it is foreign', (field, values) => {
  for (const value of values) {
    const body = BODY.replace(new RegExp(`^${field}: .*$`, 'm'), `${field}: ${value}`);
    expect([value, CLAIM_CODEC.decode(body, ORDER).kind]).toEqual([value, 'foreign']);
  }
});

test.each([
  ['a header of a commit', BODY.replace('type tag', 'type commit'), 'it tags a commit'],
  ['no target', BODY.replace(/^object .*\n/, ''), 'it is not an annotated tag'],
  ['half of it', BODY.slice(0, 60), 'it is not an annotated tag'],
  ['nothing', '', 'it is not an annotated tag'],
  ['no trailers', BODY.slice(0, BODY.indexOf('Git-Claim')), 'it has no trailers'],
  ['a line among the trailers that is none', BODY.replace('Host: engine', 'Host: engine\nand more'), 'it has no trailers'],
  ['more than any record', BODY.replace('the reason', 'x'.repeat(70_000)), 'it is larger than any record'],
])('%s is foreign, with the reason', (_, body, why) => {
  expect(CLAIM_CODEC.decode(body, ORDER)).toEqual({ kind: 'foreign', why });
});

/** Hostile text: any code units, line breaks, terminal controls, and what could pass for part of a record. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }),
  fc.constantFrom(
    '\n\nState: released',
    '-----BEGIN PGP SIGNATURE-----',
    '\u00a0',
    ' % ',
    'a\nb',
    '\u202e\x1b[2J',
    '---',
    '--- x',
  ),
);
const printable = (maxLength: number) =>
  fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)), minLength: 1, maxLength });
const wellFormed = anyText.map((text) => Buffer.from(text).toString());
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

const anyRecord: fc.Arbitrary<ClaimRecord> = fc.record({
  order: fc.constant(ORDER),
  action: fc.constantFrom(...ACTIONS),
  state: fc.constantFrom(...STATES),
  generation: fc.integer({ min: 1, max: 999_999_999_999_999 }),
  nonce: fc.constant(RECORD.nonce),
  holder: fc.record({
    key: printable(200).map((text) => text as SessionKey),
    id: printable(64).map((text) => text as SessionId),
    agent: maybe(fc.constantFrom('claude', 'codex')),
    host: wellFormed.map(oneLine),
    boot: maybe(fc.constant(RECORD.holder.boot as string)),
    anchor: maybe(fc.constant(RECORD.holder.anchor as NonNullable<ClaimRecord['holder']['anchor']>)),
    person: maybe(
      fc.record({
        uid: fc.nat(4_294_967_295),
        terminal: fc.constantFrom('-', 'pts/3', 'tmux:%3'),
        name: wellFormed
          .map((text) => oneLine(text).slice(0, 40).trim())
          .filter((name) => name !== '' && !/[\ud800-\udbff]$/.test(name)),
      }),
    ),
    clone: maybe(fc.constant('c1'.repeat(16) as CloneId)),
  }),
  worktree: maybe(wellFormed.filter((path) => path !== '' && !path.includes('\0'))),
  branch: maybe(fc.constantFrom('order-143', 'größe/ü-1', 'feature/a%b')),
  base: maybe(fc.constant(OID)),
  tip: maybe(fc.constant(OID)),
  paths: fc.array(anyClaimPath, { maxLength: 4 }),
  lease: fc.constant(LEASE),
  remoteLease: maybe(fc.constant(DEFAULT_REMOTE_LEASE)),
  challenge: maybe(fc.record({ by: printable(200).map((text) => text as SessionKey), nonce: fc.constant(RECORD.nonce) })),
  takenFrom: maybe(printable(200).map((text) => text as SessionKey)),
  claimedAt: fc.constant(RECORD.claimedAt),
  recordedAt: fc.constant(RECORD.recordedAt),
  linear: maybe(wellFormed.map(oneLine).filter((text) => text !== '')),
  note: maybe(wellFormed),
});

test('whatever is written is read back: notes as one line, paths to the last character', () => {
  fc.assert(
    fc.property(
      anyRecord,
      fc.constantFrom('tag' as const, 'tree' as const, 'blob' as const),
      wellFormed,
      (record, type, name) => {
        const body = CLAIM_CODEC.encode(record, { oid: OID, type }, { ...TAGGER, name, email: name });
        const decoded = CLAIM_CODEC.decode(Buffer.from(body).toString(), ORDER);
        const note = record.note === null ? null : oneLine(oneLine(record.note).replace(/^-+/, '')) || null;
        expect(decoded).toEqual({ kind: 'record', record: { ...record, note }, previous: type === 'tag' ? OID : null });
      },
    ),
    { numRuns: 1_000 },
  );
});

test('no text makes the reader throw', () => {
  fc.assert(
    fc.property(anyText, fc.nat(BODY.length), (text, at) => {
      const changed = BODY.slice(0, at) + text + BODY.slice(at + text.length);
      for (const body of [text, changed]) {
        expect(['record', 'foreign']).toContain(CLAIM_CODEC.decode(body, ORDER).kind);
        expect(['record', 'foreign']).toContain(CLAIM_CODEC.decodeMessage(body, null, { oid: OID, type: 'tag' }).kind);
      }
    }),
    { numRuns: 1_000 },
  );
});
