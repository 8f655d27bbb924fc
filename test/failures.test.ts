import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, expectTypeOf, test } from 'vitest';
import type { ClaimError } from '../src/core/errors.ts';
import type { ErrorCode } from '../src/core/exit-codes.ts';
import type { Failure } from '../src/core/failures/failure.ts';
import { PACKAGE } from './support/sandbox.ts';

const SOURCES = readdirSync(join(PACKAGE, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(PACKAGE, 'src', name), 'utf8') }));

/** What core declares: the kinds of failures by the file of their area. */
const DECLARED = SOURCES.filter(({ name }) => /^core\/failures\/(?!why)/.test(name)).flatMap(({ name, text }) =>
  [...text.matchAll(/readonly code: '[^;]*;\s+readonly kind: '([^']+)'/g)].map(([, kind]) => ({ name, kind: kind as string })),
);

test('a failure is made from data, never from a sentence', () => {
  expectTypeOf<ConstructorParameters<typeof ClaimError>[0]>().toEqualTypeOf<Failure>();
  expectTypeOf<Failure>().toExtend<{ readonly code: ErrorCode; readonly kind: string }>();
});

test('every kind of failure is thrown somewhere', () => {
  const elsewhere = SOURCES.filter(({ name }) => !/^(?:core|text)\/failures\//.test(name));
  const isUsed = (kind: string) => elsewhere.some(({ text }) => new RegExp(`\\bkind\\b[^;{}]*'${kind}'`).test(text));
  expect(DECLARED.length).toBeGreaterThan(100);
  expect(DECLARED.filter(({ kind }) => !isUsed(kind))).toEqual([]);
});

test('the catalogues are sorted, and each words the kinds of its area', () => {
  for (const area of new Set(DECLARED.map(({ name }) => name))) {
    const text = SOURCES.find(({ name }) => name === area.replace('core/', 'text/'))?.text ?? '';
    const catalogue = /_WORDS: Words<.*?^};/ms.exec(text)?.[0] ?? '';
    const worded = [...catalogue.matchAll(/^ {2}'?([a-z][a-z-]*)'?: \(/gm)].map(([, kind]) => kind as string);
    const declared = DECLARED.filter(({ name }) => name === area).map(({ kind }) => kind);
    expect([area, [...worded].sort()]).toEqual([area, [...declared].sort()]);
    expect([area, worded]).toEqual([area, [...worded].sort()]);
    expect([area, declared]).toEqual([area, [...declared].sort()]);
  }
});
