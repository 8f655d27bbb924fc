import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PACKAGE } from './support/sandbox.ts';

type Source = { readonly path: string; readonly text: string };
type Check = (sources: readonly Source[]) => readonly string[];

const { circles, climbs, sharedNames, wideComments } = (await import(join(PACKAGE, 'build/house.mjs'))) as {
  readonly circles: Check;
  readonly climbs: Check;
  readonly sharedNames: Check;
  readonly wideComments: (source: Source) => readonly string[];
};

/** Sources from lines `path: what it imports ...`. */
const importing = (...lines: readonly string[]): Source[] =>
  lines.map((line) => {
    const [path = '', ...targets] = line.split(/:? /);
    return { path, text: targets.map((target) => `import type { A } from '${target}';\n`).join('') };
  });

test.each([
  ['two files that import each other', importing('src/a.ts: ./b.ts', 'src/b.ts: ./a.ts'), 1],
  ['a longer way round', importing('src/a.ts: ./b.ts', 'src/b.ts: ./c.ts', 'src/c.ts: ./a.ts'), 1],
  ['folders that import each other by different files', importing('src/a/1.ts: ../b/1.ts', 'src/b/2.ts: ../a/2.ts'), 1],
  ['a folder and a file beside it', importing('src/a/1.ts: ../b.ts', 'src/b.ts: ./a/2.ts'), 1],
  [
    'circles in two folders',
    importing('src/a/1.ts: ./2.ts', 'src/a/2.ts: ./1.ts', 'src/b/1.ts: ./2.ts', 'src/b/2.ts: ./1.ts'),
    2,
  ],
  ['imports that go one way', importing('src/a.ts: ./b/1.ts ./c.ts', 'src/b/1.ts: ./2.ts ../c.ts', 'src/b/2.ts: node:fs'), 0],
])('%s', (_, sources, count) => {
  expect(circles(sources)).toHaveLength(count);
});

test('a circle is told by the imports that close it', () => {
  expect(circles(importing('src/a.ts: ./b.ts', 'src/b.ts: ./a.ts'))).toEqual([
    'circle in src: src/a.ts -> src/b.ts, src/b.ts -> src/a.ts',
  ]);
  const [lazy] = circles([
    { path: 'src/a.ts', text: "const later = await import('./b.ts');" },
    { path: 'src/b.ts', text: "import './a.ts';\n" },
  ]);
  expect(lazy).toMatch(/^circle in src: /);
});

test('core imports downwards', () => {
  const up = 'src/core/session/a.ts: ../claim/b.ts';
  expect(climbs(importing(up, 'src/core/claim/b.ts: ../session/a.ts ../ids.ts'))).toEqual([
    'import that goes up: src/core/session/a.ts -> src/core/claim/b.ts',
  ]);
});

test('a name that two files export is told with both', () => {
  const sources = [
    { path: 'src/a.ts', text: 'export type Found = 1;\nconst own = 1;\n' },
    { path: 'src/b.ts', text: 'export async function Found() {}\nconst own = 2;\n' },
    { path: 'src/c.ts', text: 'const mine = 1;\nconst kept = 2;\nexport { kept, mine as Taken };\n' },
    { path: 'src/d.ts', text: 'export class Taken {}\n' },
    { path: 'src/index.ts', text: "export type { Found } from './a.ts';\n" },
  ];
  expect(sharedNames(sources)).toEqual([
    'one name for two things: Found in src/a.ts and src/b.ts',
    'one name for two things: Taken in src/c.ts and src/d.ts',
  ]);
});

test.each([
  ['src/a.ts', `// ${'w'.repeat(128)}`, true],
  ['src/a.ts', `// ${'w'.repeat(127)}`, false],
  ['src/a.ts', `  /** ${'é'.repeat(121)} */`, false],
  ['src/a.ts', `   * ${'w'.repeat(126)}`, true],
  ['src/a.ts', `const long = '${'w'.repeat(130)}';`, false],
  ['src/a.ts', `const short = 1; /* ${'w'.repeat(120)} */`, true],
  ['githooks/pre-push', `# ${'w'.repeat(129)}`, true],
  ['githooks/pre-push', `printf '%s' '${'w'.repeat(129)}'`, false],
])('of %s, %.12s... is too wide: %s', (path, text, isWide) => {
  expect(wideComments({ path, text: `${text}\n` })).toHaveLength(isWide ? 1 : 0);
});
