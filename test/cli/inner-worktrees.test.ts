import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { git as runGit } from '../support/hooks.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

const ALICE = { env: { GIT_CLAIM_SESSION: 'alice' } };

/** Where worktrees are made inside the repository, and what git ignores then. */
const TEMPLATES: readonly [template: string, patterns: readonly string[]][] = [
  ['.worktrees/<order>', ['/.worktrees/']],
  ['.claude/worktrees/<order>', ['/.claude/worktrees/']],
  ['<order>', ['/ORDER-1/', '/ORDER-2/']],
  ['src/<order>', ['/src/ORDER-1/', '/src/ORDER-2/']],
  ['odd [*] names/tree <order>', ['/odd \\[\\*] names/']],
];

test.each(TEMPLATES)('worktrees in %s are not staged by the worktree around them', async (template, patterns) => {
  const sandbox = withSource();
  const { repo, git } = sandbox;
  git(['config', 'claim.worktrees', template]);
  for (const order of ['ORDER-1', 'ORDER-2', 'ORDER-1']) expect((await runCli(sandbox, [order], ALICE)).code).toBe(0);
  expect(git(['status', '--porcelain'])).toBe('');
  git(['add', '--all']);
  expect(git(['ls-files', '--stage'])).not.toContain('160000');
  expect(excluded(repo)).toEqual(patterns);
  writeFileSync(join(repo, 'src/new file'), '');
  expect(git(['status', '--porcelain'])).toBe('?? "src/new file"');
});

test('an agent known by its environment has its worktrees in its own folder; others, and what others left, stay where they are', () => {
  const sandbox = withSource();
  const { git } = sandbox;
  git(['config', 'claim.worktrees.claude', '.claude/worktrees/<order>']);
  const CLAUDE = { CLAUDE_CODE_SESSION_ID: '7f3a21aa-0000-4000-8000-000000000000' };
  // Not below a terminal's host, where an agent's variables count only if the agent runs there.
  const claim = (env: Record<string, string>, ...words: string[]) => runGit(sandbox, ['claim', ...words], { env });
  const where = (env: Record<string, string>, order: string) => {
    expect(claim(env, order)).toMatchObject({ code: 0 });
    return claim(env, 'where', order).out.trimEnd().slice(sandbox.repo.length);
  };
  expect(where(CLAUDE, 'ORDER-1')).toBe('/.claude/worktrees/ORDER-1');
  expect(where({ ...CLAUDE, GIT_CLAIM_SESSION: 'ada' }, 'ORDER-2')).toBe('/.claude/worktrees/ORDER-2');
  expect(where(ALICE.env, 'ORDER-3')).toBe('.claims/ORDER-3');
  expect(where({ CODEX_SESSION_ID: CLAUDE.CLAUDE_CODE_SESSION_ID }, 'ORDER-4')).toBe('.claims/ORDER-4');
  expect(git(['status', '--porcelain'])).toBe('');
  // Work that somebody left is where they left it. A worktree that is gone is made where the agent may enter it.
  claim(ALICE.env, 'release', 'ORDER-3');
  expect(where(CLAUDE, 'ORDER-3')).toBe('.claims/ORDER-3');
  rmSync(join(sandbox.dir, 'my äpp.claims/ORDER-3'), { recursive: true });
  claim(CLAUDE, 'release', 'ORDER-3');
  expect(where(CLAUDE, 'ORDER-3')).toBe('/.claude/worktrees/ORDER-3');
});

test('what is ignored already gets no line', async () => {
  const sandbox = withSource();
  writeFileSync(join(sandbox.repo, '.gitignore'), '.worktrees\n');
  sandbox.git(['config', 'claim.worktrees', '.worktrees/<order>']);
  await runCli(sandbox, ['ORDER-1'], ALICE);
  expect(excluded(sandbox.repo)).toEqual([]);
});

test('the worktrees of a submodule are not seen in the superproject', async () => {
  const sandbox = createSandbox();
  const git = (args: readonly string[], cwd?: string) => sandbox.git(['-c', 'protocol.file.allow=always', ...args], cwd);
  git(['clone', '--quiet', sandbox.repo, '../inner']);
  git(['submodule', '--quiet', 'add', join(sandbox.dir, 'inner'), 'lib/inner']);
  git(['commit', '--quiet', '--message', 'submodule']);
  expect((await runCli(sandbox, ['ORDER-1'], { ...ALICE, cwd: join(sandbox.repo, 'lib/inner') })).code).toBe(0);
  expect(existsSync(join(sandbox.repo, 'lib/inner.claims/ORDER-1'))).toBe(true);
  expect(git(['status', '--porcelain'])).toBe('');
  expect(excluded(sandbox.repo)).toEqual(['/lib/inner.claims/']);
  await runCli(sandbox, ['init', '--uninstall'], { cwd: join(sandbox.repo, 'lib/inner') });
  expect(excluded(sandbox.repo)).toEqual([]);
});

test('a repository around the trees that is not ours stays as it is', async () => {
  const sandbox = createSandbox();
  execFileSync('git', ['init', '--quiet'], { cwd: sandbox.dir, env: sandbox.env });
  const file = join(sandbox.dir, '.git/info/exclude');
  const before = readFileSync(file, 'utf8');
  expect((await runCli(sandbox, ['ORDER-1'], ALICE)).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe(before);
});

/** What info/exclude is before; null: there is none, nor its folder. */
const BEFORE: readonly (string | null)[] = ['# a comment\n*.log\n', '*.log', '', null, 'größe\r\n', '\n\n'];

test.each(BEFORE)('uninstalling restores info/exclude byte for byte: %j', async (before) => {
  const sandbox = withSource();
  const file = join(sandbox.repo, '.git/info/exclude');
  rmSync(dirname(file), { recursive: true, force: true });
  if (before !== null) {
    mkdirSync(dirname(file));
    writeFileSync(file, before, 'latin1');
  }
  sandbox.git(['config', 'claim.worktrees', 'src/<order>']);
  for (const order of ['ORDER-1', 'ORDER-2'])
    expect(await runCli(sandbox, [order], ALICE)).toMatchObject({ code: 0, stderr: '' });
  expect(excluded(sandbox.repo)).toEqual(['/src/ORDER-1/', '/src/ORDER-2/']);
  expect((await runCli(sandbox, ['init', '--uninstall'])).code).toBe(0);
  expect(existsSync(file) ? readFileSync(file, 'latin1') : null).toBe(before);
});

test('lines that others add behind ours stay', async () => {
  const sandbox = withSource();
  const file = join(sandbox.repo, '.git/info/exclude');
  writeFileSync(file, 'first');
  sandbox.git(['config', 'claim.worktrees', '.worktrees/<order>']);
  await runCli(sandbox, ['ORDER-1'], ALICE);
  writeFileSync(file, 'last\n', { flag: 'a' });
  await runCli(sandbox, ['init', '--uninstall']);
  expect(readFileSync(file, 'utf8')).toBe('first\nlast\n');
});

test('doctor finds a worktree inside that is not ignored, and --fix lets git ignore it', async () => {
  const sandbox = withSource();
  sandbox.git(['worktree', 'add', '--quiet', '-b', 'x', 'trees/x']);
  const found = async (...args: string[]) => {
    const { findings } = JSON.parse((await runCli(sandbox, ['doctor', '--json', ...args])).stdout) as {
      findings: { kind: string; place: string; fixed: boolean }[];
    };
    return findings.filter(({ kind }) => kind === 'inner-worktree').map(({ place, fixed }) => [place, fixed]);
  };
  expect(await found()).toEqual([[join(sandbox.repo, 'trees/x'), false]]);
  expect(await found('--fix')).toEqual([[join(sandbox.repo, 'trees/x'), true]]);
  expect(await found()).toEqual([]);
  expect(sandbox.git(['status', '--porcelain'])).toBe('');
});

function withSource(): Sandbox {
  const sandbox = createSandbox();
  mkdirSync(join(sandbox.repo, 'src'));
  writeFileSync(join(sandbox.repo, 'src/app.ts'), '');
  sandbox.git(['add', '.']);
  sandbox.git(['commit', '--quiet', '--message', 'source']);
  return sandbox;
}

/** Returns the patterns in info/exclude that are ours. */
function excluded(repo: string): string[] {
  const file = join(repo, '.git/info/exclude');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const [from, to] = [
    lines.findIndex((line) => line.startsWith('# worktrees of git-claim;')),
    lines.indexOf('# end of the worktrees of git-claim'),
  ];
  return from < 0 ? [] : lines.slice(from + 1, to);
}
