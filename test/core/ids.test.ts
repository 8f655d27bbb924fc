import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_ID_PATTERN, isCanonicalOrderId, parseOid, parseOrderId, parseSessionKey } from '../../src/core/ids.ts';
import { DEFAULT_ISSUES, repositoryOf } from '../../src/core/issues.ts';
import { failed } from '../support/failures.ts';

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'Aa1-_./\n@{ \0'), maxLength: 80 }));
const ANYTHING = { source: '.*', matches: () => true, issues: DEFAULT_ISSUES };

test.each([
  ['ORDER-143', 'ORDER-143'],
  ['order-7', 'ORDER-7'],
  ['Back_end-217.02', 'BACK_END-217.02'],
  ['214', 'GH-214'],
  ['#214', 'GH-214'],
  ['#0214', 'GH-214'],
  ['#ORDER-7', 'ORDER-7'],
  ['ada/app#214', 'GH-214'],
  ['https://github.com/ada/app/issues/214', 'GH-214'],
  ['https://github.com/ada/app/pull/214/files?w=1#diff-0', 'GH-214'],
  ['https://gitlab.com/group/sub/app/-/issues/214', 'GH-214'],
  ['https://linear.app/team/issue/ENG-7/fix-the-login', 'ENG-7'],
])('%s is the order %s', (text, id) => {
  expect(parseOrderId(text)).toBe(id);
});

test.each([
  ['ORDER3', 'did you mean ORDER-3?'],
  ['order_143', 'did you mean ORDER-143?'],
  ['Eng7.2', 'did you mean ENG-7.2?'],
  [
    '14x',
    'an order id looks like ORDER-143, ENG-7 or BACK-217.02, and an issue like 214 or #214; claim.idPattern says what is one',
  ],
])('%s is no order: %s', (text, hint) => {
  expect(failed(() => parseOrderId(text))).toMatchObject({ failure: { code: 'bad-id', text }, hint });
});

test('an issue of another repository than those of the remotes is refused; a number that is an id itself stays one', () => {
  const issues = {
    prefix: 'ISSUE',
    repositories: [repositoryOf('git@github.com:Ada/App.git'), 'group/sub/app'].flatMap((it) => it ?? []),
  };
  const pattern = { ...DEFAULT_ID_PATTERN, issues };
  expect(parseOrderId('https://github.com/ada/app/issues/3', pattern)).toBe('ISSUE-3');
  expect(parseOrderId('https://gitlab.com/group/sub/app/-/merge_requests/3', pattern)).toBe('ISSUE-3');
  expect(failed(() => parseOrderId('https://github.com/eve/app/issues/3', pattern))).toMatchObject({
    failure: { code: 'usage', kind: 'issue-elsewhere', repository: 'eve/app', id: 'ISSUE-3' },
  });
  const digits = { source: '[0-9]+', matches: (text: string) => /^[0-9]+$/.test(text), issues };
  expect([parseOrderId('214', digits), parseOrderId('#214', digits)]).toEqual(['214', '214']);
  expect(failed(() => parseOrderId('214', { ...digits, matches: () => false }))).toMatchObject({ failure: { code: 'bad-id' } });
});

test.each([
  ['https://github.com/Ada/App.git', 'ada/app'],
  ['https://token@github.com/ada/app/', 'ada/app'],
  ['ssh://git@example.com:22/ada/app.git', 'ada/app'],
  ['git@github.com:ada/app', 'ada/app'],
  ['../origin.git', null],
  ['/srv/app.git', null],
  ['file:///srv/app.git', null],
])('the repository of %s is %s', (url, repository) => {
  expect(repositoryOf(url)).toBe(repository);
});

test('whatever a pattern lets through is one safe component of a ref, whose case says nothing', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const parsed = attempt(() => parseOrderId(text, ANYTHING));
      if (parsed === null) return;
      expect(parsed).toMatch(/^[A-Z0-9][A-Z0-9._-]{0,63}$/);
      expect(parsed).not.toMatch(/\.\.|\.$|\.LOCK$/);
      expect(isCanonicalOrderId(parsed)).toBe(true);
      expect(parseOrderId(text.toLowerCase(), ANYTHING)).toBe(parsed);
      expect(parseOrderId(parsed, ANYTHING)).toBe(parsed);
    }),
    { numRuns: 2_000 },
  );
});

test('an object name is forty or sixty-four hex digits, and never only zeros, which would delete', () => {
  expect([40, 64].map((length) => parseOid('a'.repeat(length)))).toEqual(['a'.repeat(40), 'a'.repeat(64)]);
  for (const text of ['', 'a', 'a'.repeat(39), 'A'.repeat(40), '0'.repeat(40), '0'.repeat(64), `${'a'.repeat(40)}\n`]) {
    expect([text, parseOid(text)]).toEqual([text, null]);
  }
});

test('a session key is one printable word', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const isKey = /^[\x21-\x7e]{1,200}$/.test(text) && !text.endsWith('\n');
      expect(attempt(() => parseSessionKey(text))).toBe(isKey ? text : null);
    }),
  );
});

function attempt<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch {
    return null;
  }
}
