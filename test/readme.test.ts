import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../src/cli/commands.ts';
import { exitCodeOf } from '../src/core/exit-codes.ts';
import { PACKAGE } from './support/sandbox.ts';

const README = text('README.md');
const PAGES = [
  'README.md',
  ...readdirSync(join(PACKAGE, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name)),
]
  .filter((name) => name.endsWith('.md'))
  .sort();

test('the first two commands are the demonstration and the tests, and continuous integration runs the second', () => {
  const [demo, tests] = Array.from(README.matchAll(/^ {4}(npm .*?) +#/gm), (match) => match[1] as string);
  expect([demo, tests]).toEqual(['npm ci && npm run demo', 'npm ci && npm test']);
  expect(text('.ci/run').trimEnd().split('\n').at(-1)).toBe(tests);
  expect(JSON.parse(text('package.json')).scripts).toMatchObject({ demo: 'sh demo.sh', test: 'vitest run' });
});

test('the demonstration shows a claim, a refusal, one winner of a race, a refused commit and a killed session', () => {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'demo'], { cwd: PACKAGE, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^alice\$ git claim ORDER-143\nORDER-143 is yours/m);
  expect(stdout).toMatch(/^bob\$ git claim ORDER-143\nORDER-143 is held by alice since [\s\S]*?\(exit code 3\)$/m);
  expect(stdout).toMatch(/git claim: refused: \S+ is the branch of ORDER-151: bob holds it since [\s\S]*?\(exit code 1\)$/m);
  expect(stdout).toMatch(
    /^ORDER-9 is yours \(generation 2[\s\S]*?taken {5}from carol: process \d+ exited[\s\S]*?uncommitted {2}1 file: work$/m,
  );
  expect(stdout).not.toContain('nothing was committed for it');
  expect(stdout).toMatch(/^ +11 ORDER-7 is held by (\S+)\n +1 ORDER-7 is yours/m);
});

test.each(PAGES)('%s links to files that exist and names commands that exist', (page) => {
  const links = Array.from(text(page).matchAll(/\]\(([^)#:]+)\)/g), (match) => match[1] as string);
  expect(links.filter((link) => !existsSync(join(PACKAGE, dirname(page), link)))).toEqual([]);
  const words = Array.from(text(page).matchAll(/git claim ([a-z][a-z-]*)\b/g), (match) => match[1] as string);
  expect(words.filter((word) => !Object.hasOwn(COMMANDS, word))).toEqual([]);
  const files = Array.from(
    text(page).matchAll(/`((?:core|usecases|adapters|ports)\/[a-z/-]+\.ts)`/g),
    (match) => match[1] as string,
  );
  expect(files.filter((file) => !existsSync(join(PACKAGE, 'src', file)))).toEqual([]);
});

test('links of the README work inside the package, and need no address; what package.json names is one place', () => {
  const { repository, homepage, bugs, files } = JSON.parse(text('package.json'));
  const address = repository.url.replace(/^git\+(.*)\.git$/, '$1');
  expect([homepage, bugs.url]).toEqual([`${address}#readme`, `${address}/issues`]);
  const links = Array.from(README.matchAll(/\]\(([^)#]+)\)/g), (match) => match[1] as string);
  expect(links.length).toBeGreaterThan(5);
  const isPacked = (link: string) => files.some((file: string) => link === file || link.startsWith(`${file}/`));
  expect(links.filter((link) => !isPacked(link) || !existsSync(join(PACKAGE, link)))).toEqual([]);
  for (const page of ['README.md', 'man/git-claim.1']) expect(text(page)).not.toContain(address);
});

test.each([
  ['README.md', /^\| `git claim.*? +\|/gm],
  ['docs/json.md', /^\| `[a-z].*?` +\|/gm],
  ['CHANGELOG.md', /^- .*/gm],
])('%s names every command where it lists them', (page, lines) => {
  const words = new Set((text(page).match(lines) ?? []).join(' ').match(/(?<=[` |])[a-z][a-z-]*(?=[` |])/g));
  expect(Object.keys(COMMANDS).filter((name) => name !== 'claim' && !words.has(name))).toEqual([]);
});

test('every command is part of a conversation', () => {
  const folder = join(PACKAGE, 'test/cli');
  const tests = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  const said = tests.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  const named = new Set(Array.from(said.matchAll(/(?:\$ git claim |\[')([a-z-]+)/g), (match) => match[1]));
  expect(Object.keys(COMMANDS).filter((name) => name !== 'claim' && !named.has(name))).toEqual([]);
});

test('docs/json.md says which exit code each error has', () => {
  const rows = text('docs/json.md').matchAll(/^\| (\d+) +\| `([a-z-]+)` +\|/gm);
  const said = Array.from(rows, (match) => [match[2], Number(match[1])] as const);
  const codes = Array.from(text('src/core/exit-codes.ts').matchAll(/^ {2}'?([a-z-]+)'?: \d+,$/gm), (match) => match[1]);
  expect(said).toEqual(codes.map((code) => [code, exitCodeOf(code as Parameters<typeof exitCodeOf>[0])]));
});

function text(file: string): string {
  return readFileSync(join(PACKAGE, file), 'utf8');
}
