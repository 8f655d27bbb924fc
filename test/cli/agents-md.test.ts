import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inAskingTerminal } from '../support/asking-terminal.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

function stage() {
  const sandbox = createSandbox();
  const claim = (...words: string[]) => runCli(sandbox, words, { env: { GIT_CLAIM_SESSION: 'ada' } });
  const inRepo = (name: string) => join(sandbox.repo, name);
  return { ...sandbox, claim, inRepo, include: inRepo('.worktreeinclude') };
}

/** What may be where a file is expected. */
const ODD: Readonly<Record<string, (path: string) => unknown>> = {
  'a pipe': (path) => spawnSync('mkfifo', [path]),
  'a folder': (path) => mkdirSync(path),
  'a link to a device': (path) => symlinkSync('/dev/zero', path),
  'a link to nothing': (path) => symlinkSync('nowhere', path),
};

test.each(Object.entries(ODD))(
  'where %s is in the place of AGENTS.md or of the settings, it is said, and stays',
  async (_, make) => {
    for (const [option, name] of [
      ['--agents-md', 'AGENTS.md'],
      ['--claude', '.claude/settings.json'],
      ['--claude', '.claude'],
    ] as const) {
      const it = stage();
      if (name.includes('/')) mkdirSync(it.inRepo('.claude'));
      const path = it.inRepo(name);
      make(path);
      const before = lstatSync(path);
      const { code, stderr } = await it.claim('init', option);
      if (name === '.claude' && before.isDirectory()) expect(code).toBe(0);
      else {
        expect({ name, code }).toEqual({ name, code: 129 });
        expect(stderr).toMatch(/^error: \S.* is not a plain file, so git-claim adds nothing to it\n {2}hint .*\n$/);
      }
      expect({ ino: lstatSync(path).ino, mode: lstatSync(path).mode }).toEqual({ ino: before.ino, mode: before.mode });
      // The hooks need none of it, and nobody is asked about a file that cannot be added to.
      const { code: plain, seen } = await inAskingTerminal(it, 'y\n', ['init']);
      expect(plain).toBe(0);
      if (name === 'AGENTS.md') expect(seen).not.toContain('Add a section');
      if (name !== 'AGENTS.md') rmSync(it.inRepo('AGENTS.md'), { force: true });
    }
  },
  60_000,
);

test('one that became a pipe since keeps nobody from uninstalling', async () => {
  const it = stage();
  await it.claim('init', '--agents-md');
  rmSync(it.inRepo('AGENTS.md'));
  spawnSync('mkfifo', [it.inRepo('AGENTS.md')]);
  const { code, stdout } = await it.claim('init', '--uninstall');
  expect(code).toBe(0);
  expect(stdout).toMatch(/note .*AGENTS\.md was changed since/);
  expect(lstatSync(it.inRepo('AGENTS.md')).isFIFO()).toBe(true);
});

test('where git ignores it, a script is told how new worktrees get it', async () => {
  const it = stage();
  writeFileSync(it.inRepo('.gitignore'), 'AGENTS.md\n.claude\n');
  it.git(['add', '.gitignore']);
  it.git(['commit', '--quiet', '--message', 'ignore']);
  const { stdout } = await it.claim('init', '--agents-md', '--claude');
  expect(stdout).not.toMatch(/^ {2}commit /m);
  const [, command = ''] = /note +git ignores AGENTS\.md and \.claude\/settings\.json, .*: (printf .*)\n/.exec(stdout) ?? [];
  spawnSync('sh', ['-c', command], { cwd: it.repo });
  expect((await it.claim('init', '--agents-md')).stdout).toMatch(
    /git ignores .*: new worktrees get a copy, because \.worktreeinclude lists them/,
  );
  await it.claim('ORDER-1');
  for (const name of ['AGENTS.md', '.claude/settings.json'])
    expect(readFileSync(join(`${it.repo}.claims/ORDER-1`, name), 'utf8')).toBe(readFileSync(it.inRepo(name), 'utf8'));
});

test('where git ignores it, a person is asked, and what was added is taken out again byte for byte', async () => {
  const it = stage();
  writeFileSync(it.inRepo('.gitignore'), '*.md\n');
  writeFileSync(it.include, '.env');
  const no = await inAskingTerminal(it, 'n\n', ['init', '--agents-md']);
  expect(no.seen).toMatch(/Git ignores AGENTS\.md\. Give each new worktree a copy, by \.worktreeinclude\? \[y\/N\]/);
  expect(readFileSync(it.include, 'utf8')).toBe('.env');
  const yes = await inAskingTerminal(it, 'y\n', ['init', '--agents-md']);
  expect(yes.seen).toMatch(/write +\.worktreeinclude\n/);
  expect(readFileSync(it.include, 'utf8')).toBe('.env\n\n# BEGIN git-claim\n/AGENTS.md\n# END git-claim\n');
  // It is not asked again.
  expect((await inAskingTerminal(it, 'y\n', ['init', '--agents-md'])).seen).not.toContain('Git ignores');
  await it.claim('ORDER-1');
  expect(existsSync(`${it.repo}.claims/ORDER-1/AGENTS.md`)).toBe(true);
  await it.claim('init', '--uninstall');
  expect(readFileSync(it.include, 'utf8')).toBe('.env');
  // What others added since stays.
  await inAskingTerminal(it, 'y\n', ['init', '--agents-md']);
  appendFileSync(it.include, 'local\n');
  await it.claim('init', '--uninstall');
  expect(readFileSync(it.include, 'utf8')).toBe('.env\nlocal\n');
});
