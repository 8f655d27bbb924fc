import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCanonicalOrderId, parseOid, parseOrderId, parseSessionKey } from '../../src/core/ids.ts';
import { failed } from '../support/failures.ts';

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'Aa1-_./\n@{ \0'), maxLength: 80 }));
const ANYTHING = { source: '.*', matches: () => true };

test.each([
  ['ORDER-143', 'ORDER-143'],
  ['order-7', 'ORDER-7'],
  ['Back_end-217.02', 'BACK_END-217.02'],
])('%s is the order %s', (text, id) => {
  expect(parseOrderId(text)).toBe(id);
});

test.each([
  ['ORDER3', 'did you mean ORDER-3?'],
  ['order_143', 'did you mean ORDER-143?'],
  ['Eng7.2', 'did you mean ENG-7.2?'],
  ['143', 'an order id looks like ORDER-143, ENG-7 or BACK-217.02'],
])('%s is no order: %s', (text, hint) => {
  expect(failed(() => parseOrderId(text))).toMatchObject({ failure: { code: 'bad-id', text }, hint });
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
