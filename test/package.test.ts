import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSandbox, PACKAGE } from './support/sandbox.ts';

test('what is packed installs alone, and command line and library run without any other package', () => {
  const sandbox = createSandbox();
  const place = join(sandbox.dir, 'place');
  mkdirSync(place);
  const run = (program: string, args: string[], cwd: string) =>
    execFileSync(program, args, { cwd, env: { ...sandbox.env, GIT_CLAIM_SESSION: 'ada' }, encoding: 'utf8' });
  const packed = run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', place], PACKAGE).trim();
  run('npm', ['install', '--silent', '--offline', '--omit=optional', '--no-audit', join(place, packed)], place);
  const modules = join(place, 'node_modules');
  expect(readdirSync(modules).filter((name) => !name.startsWith('.'))).toEqual(['git-claim']);
  expect(run(join(modules, '.bin/git-claim'), ['ORDER-1'], sandbox.repo)).toMatch(/^ORDER-1 is yours \(generation 1,/);
  const program = `import { openClaims } from 'git-claim';
    const claims = await openClaims({ cwd: ${JSON.stringify(sandbox.repo)}, session: 'bob' });
    console.log((await claims.claim('ORDER-1')).code);
    claims.close();`;
  expect(run(process.execPath, ['--input-type=module', '--eval', program], place)).toBe('held\n');
});

test('the package hands on the licence of each package that it contains', () => {
  const licences = readFileSync(join(PACKAGE, 'dist/LICENSES.txt'), 'utf8');
  for (const name of ['better-sqlite3', 'commander', 'ignore', 'js-yaml', 'picomatch', 'simple-git'])
    expect(licences).toMatch(new RegExp(`^${name} \\d.* \\(MIT\\)$`, 'm'));
  expect(licences.match(/THE SOFTWARE IS PROVIDED/g)?.length).toBeGreaterThan(5);
});
