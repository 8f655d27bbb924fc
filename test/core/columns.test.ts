import { expect, test } from 'vitest';
import { columnsOf, fitted } from '../../src/core/columns.ts';

test.each([
  ['plain words', 11],
  ['Grüße…', 6],
  ['日本語', 6],
  ['한국어 カタカナ', 15],
  ['ｶﾅ', 2],
  ['（全角）', 8],
  ['🚀 up', 5],
  ['e\u0301', 1],
  ['', 0],
])('%s takes %i columns', (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
});

test('what fits stays, what does not ends with an ellipsis and is never wider than asked', () => {
  expect(fitted('12345', 5)).toBe('12345');
  expect(fitted('123456', 5)).toBe('1234…');
  expect(fitted('日本', 4)).toBe('日本');
  expect(fitted('日本語', 5)).toBe('日本…');
  expect(fitted('日本語', 4)).toBe('日…');
  expect(fitted('ab🚀cd', 4)).toBe('ab…');
});
