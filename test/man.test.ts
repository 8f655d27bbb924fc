import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMON } from '../src/cli/command.ts';
import { COMMANDS } from '../src/cli/commands.ts';
import { type ErrorCode, exitCodeOf } from '../src/core/exit-codes.ts';
import { PACKAGE } from './support/sandbox.ts';

const PAGE = readFileSync(join(PACKAGE, 'man/git-claim.1'), 'utf8').replaceAll('\\-', '-');

test('the page names every command and every option, and no other', async () => {
  const loaded = await Promise.all(Object.values(COMMANDS).map(({ load }) => load()));
  const flags = loaded.flatMap(({ options }) => options.flatMap(([flag]) => flag.match(/--[a-z-]+/g) ?? []));
  const common = ['--session', '--anchor', '--offline', '--json', '--help', '--version'];
  expect(new Set(entries('OPTIONS', /--[a-z-]+/g))).toEqual(new Set([...flags, ...common]));
  for (const [flag] of [...loaded.flatMap(({ options }) => options), ...COMMON])
    if (flag.includes(' <')) expect(section('OPTIONS')).toMatch(new RegExp(`\\\\fB${flag.split(' ')[0]}\\\\fR <`));
  const commands = entries('COMMANDS', /\\fB([a-z][a-z-]*)/g).map((name) => name.slice('\\fB'.length));
  expect(new Set(commands.filter((name) => name !== 'list' || 'list' in COMMANDS))).toEqual(new Set(Object.keys(COMMANDS)));
  const synopsis = section('SYNOPSIS').match(/\\fI(?:git claim )?[a-z-]+\\fR/g) ?? [];
  const named = synopsis.map((text) => text.replace(/\\f[IR]|git claim /g, ''));
  expect(new Set([...named, 'claim'])).toEqual(new Set(Object.keys(COMMANDS)));
});

test('the page names every exit code', () => {
  const codes = source('core/exit-codes.ts').matchAll(/^ {2}'?([a-z-]+)'?: \d+,$/gm);
  const exits = new Set(['0', ...Array.from(codes, ([, code]) => String(exitCodeOf(code as ErrorCode)))]);
  expect(new Set(entries('EXIT STATUS', /\d+/g))).toEqual(exits);
});

test('the page and the README name every configuration key that is read, and no other', () => {
  const read = sources().flatMap((text) => [
    ...Array.from(text.matchAll(/['"`]claim\.([a-zA-Z]+)['"` .]/g), (match) => match[1] as string),
    ...Array.from(text.matchAll(/\bduration\('([a-zA-Z]+)'/g), (match) => match[1] as string),
  ]);
  const names = readdirSync(join(PACKAGE, 'githooks'), { withFileTypes: true }).filter((entry) => entry.isFile());
  const hooks = names.map(({ name }) => readFileSync(join(PACKAGE, 'githooks', name), 'utf8'));
  read.push(
    ...hooks.flatMap((text) =>
      Array.from(text.matchAll(/git config (?:--path )?claim\.([a-zA-Z]+)/g), (match) => match[1] as string),
    ),
  );
  const keys = new Set(read.map((key) => key.toLowerCase()));
  const named = entries('CONFIGURATION', /claim\.[a-zA-Z]+/g).map((key) => key.slice('claim.'.length));
  expect(new Set(named.map((key) => key.toLowerCase()))).toEqual(keys);
  const readme = readFileSync(join(PACKAGE, 'README.md'), 'utf8').matchAll(/^\| `claim\.([a-zA-Z]+)[^`]*` +\|/gm);
  expect(Array.from(readme, (match) => match[1])).toEqual(named);
});

test('npm installs the page', () => {
  const { man, files } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  expect({ man, isPacked: files.includes('man') }).toEqual({ man: ['man/git-claim.1'], isPacked: true });
});

function section(title: string): string {
  return PAGE.split(/^\.SH /m).find((text) => text.startsWith(`${title}\n`)) as string;
}

/** The headings of the entries of a section. */
function entries(title: string, pattern: RegExp): string[] {
  const heads = section(title).matchAll(/^\.TP\n(.*)$/gm);
  return Array.from(heads, (match) => match[1] as string).flatMap((head) => head.match(pattern) ?? []);
}

function sources(): string[] {
  const names = readdirSync(join(PACKAGE, 'src'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map(source);
}

function source(file: string): string {
  return readFileSync(join(PACKAGE, 'src', file), 'utf8');
}
