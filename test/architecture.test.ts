import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { PACKAGE } from './support/sandbox.ts';

/** A longer file should be two files. */
const LINES_MAX = 250;

type Source = { readonly file: string; readonly text: string; readonly imports: readonly string[] };

const SOURCES: readonly Source[] = readdirSync(join(PACKAGE, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => sourceOf(join('src', name)))
  .sort((one, other) => one.file.localeCompare(other.file));

test('core imports nothing but core', () => {
  expect(importsThat(within('src/core/'), (target) => !target.startsWith('src/core/'))).toEqual([]);
});

test('core knows no clock, no chance, no process and no terminal', () => {
  const impure =
    /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\)|\bperformance\b|\bMath\.random\b|\bcrypto\b|\bprocess\.(?:env|p?pid|argv|cwd|exit|kill|std|hrtime|platform|version|on)|\bconsole\.|\bsetTimeout\b|\bglobalThis\b/;
  expect(linesThat(within('src/core/'), impure)).toEqual([]);
});

test('ports speak of core and of each other only', () => {
  const isOutside = (target: string) => !target.startsWith('src/core/') && !target.startsWith('src/ports/');
  expect(importsThat(within('src/ports/'), isOutside)).toEqual([]);
});

test('use cases know ports, not adapters, and print nothing', () => {
  const isAbove = (target: string) => /^src\/(adapters|cli|hooks|mcp|board|wire)/.test(target);
  expect(importsThat(within('src/usecases/'), isAbove)).toEqual([]);
  expect(linesThat(within('src/usecases/'), /\bconsole\.|\bprocess\.std(?:out|err)\b/)).toEqual([]);
});

test('only the wiring and other adapters import adapters', () => {
  const strangers = SOURCES.filter(({ file }) => !/^src\/(?:wire(?:-uncloned)?\.ts$|adapters\/)/.test(file));
  expect(importsThat(strangers, (target) => target.startsWith('src/adapters/'))).toEqual([]);
});

test('an adapter imports only adapters of its own technology, or those of git and the system', () => {
  const foreign = within('src/adapters/').flatMap((source) => {
    const own = technologyOf(source.file);
    return importsThat(
      [source],
      (target) => target.startsWith('src/adapters/') && ![own, 'git', 'system'].includes(technologyOf(target)),
    );
  });
  expect(foreign).toEqual([]);
});

test.each([
  ['commander', /^src\/cli\//],
  ['better-sqlite3', /^src\/adapters\/sqlite\//],
  ['simple-git', /^src\/adapters\/git\//],
  ['isomorphic-git', /^src\/adapters\/git\//],
  ['node:child_process', /^src\/adapters\/(git\/process\.ts$|system\/)/],
])('%s is imported at one place only', (module, home) => {
  const strangers = SOURCES.filter(({ file }) => !home.test(file));
  expect(importsThat(strangers, (target) => target.replace(/^node:/, '') === module.replace(/^node:/, ''))).toEqual([]);
});

test('src/index.ts is the only barrel', () => {
  const barrels = SOURCES.filter(({ file }) => file !== 'src/index.ts');
  expect(linesThat(barrels, /^export\b.*\bfrom ['"]/)).toEqual([]);
});

test(`no file is longer than ${LINES_MAX} lines`, () => {
  const long = SOURCES.filter(({ text }) => text.split('\n').length - 1 > LINES_MAX);
  expect(long.map(({ file }) => file)).toEqual([]);
});

function sourceOf(file: string): Source {
  const text = readFileSync(join(PACKAGE, file), 'utf8');
  const statements = text.matchAll(
    /^(?:import|export|\}).* from '([^']+)';$|^import '([^']+)';$|\b(?:import|require)\('([^']+)'\)/gm,
  );
  const imports = [...statements].map((match) => match.slice(1).find((name) => name !== undefined) as string);
  return { file, text, imports: imports.map((name) => (name.startsWith('.') ? normalize(join(dirname(file), name)) : name)) };
}

function within(folder: string): readonly Source[] {
  return SOURCES.filter(({ file }) => file.startsWith(folder));
}

function technologyOf(file: string): string {
  return file.split('/')[2] as string;
}

function importsThat(sources: readonly Source[], isForbidden: (target: string) => boolean): string[] {
  return sources.flatMap(({ file, imports }) => imports.filter(isForbidden).map((target) => `${file} imports ${target}`));
}

function linesThat(sources: readonly Source[], forbidden: RegExp): string[] {
  return sources.flatMap(({ file, text }) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        forbidden.test(line) && !/^\s*(\*|\/\/|\/\*)/.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
      ),
  );
}
