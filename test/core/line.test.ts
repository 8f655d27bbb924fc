import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePathLine, encodePathLine, escaped, oneLine, visible } from '../../src/core/line.ts';
import { controlIn } from '../support/gently.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 2_000 }),
  fc.string({ unit: fc.constantFrom('😀', '\u202e', '\x1b', '\u009b', ' ', '\u00a0', '%', '\n', 'a'), maxLength: 2_000 }),
);
const isPlain = (text: string) => controlIn({ stdout: text, stderr: '' }) === null && !text.includes('\n');

test('a text that is stored is one line, bounded, whole, and stays as it is when it is stored again', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const line = oneLine(text);
      expect(isPlain(line) && line.length <= 1_000 && Buffer.from(line).toString() === line).toBe(true);
      expect(oneLine(line)).toBe(line);
    }),
    { numRuns: 500 },
  );
});

test('a text that is shown does nothing to a terminal, and plain text is shown as it is', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(isPlain(visible(text))).toBe(true);
    }),
  );
  expect(visible('größe 😀 "$(id)"')).toBe('größe 😀 "$(id)"');
  expect(visible('a\x1b[31m\u009b\u202e\n')).toBe('a\\x1b[31m\\x9b\\u202e\\x0a');
});

test('JSON is the same document without a raw control character', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const json = escaped(JSON.stringify({ text }));
      expect(isPlain(json)).toBe(true);
      expect(JSON.parse(json)).toEqual({ text });
    }),
  );
});

test('a path survives being one line of a record, whatever it is made of', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const path = Buffer.from(text).toString().replaceAll('\0', '');
      if (path === '') return;
      const line = encodePathLine(path);
      expect(isPlain(line) && !/^ | $/.test(line)).toBe(true);
      expect(decodePathLine(line)).toBe(path);
    }),
    { numRuns: 500 },
  );
});

test('what names no path is none', () => {
  for (const line of ['', '%', '%00', 'a%00b', '%FF', '%zz']) expect([line, decodePathLine(line)]).toEqual([line, null]);
});
