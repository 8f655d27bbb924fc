import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

/** How a shell runs a script, and takes the functions over. */
const SHELLS = {
  bash: { args: ['--norc', '--noprofile', '-c'], load: 'eval "$(command git claim shell-init bash<more>)"' },
  zsh: { args: ['-f', '-c'], load: 'eval "$(command git claim shell-init zsh<more>)"' },
  fish: { args: ['--no-config', '-c'], load: 'command git claim shell-init fish<more> | source' },
} as const;

type Shell = keyof typeof SHELLS;

/** Runs lines in a shell that has the functions; returns what they printed. */
function inShell({ repo, env }: Sandbox, shell: Shell, lines: readonly string[], more = ''): string[] {
  const { args, load } = SHELLS[shell];
  const { stdout, stderr } = spawnSync(shell, [...args, [load.replace('<more>', more), ...lines].join('\n')], {
    cwd: repo,
    env: { ...env, GIT_CLAIM_SESSION: 'alice', LC_ALL: 'C.UTF-8', TMPDIR: join(repo, '../tmp') },
    encoding: 'utf8',
  });
  return [...stdout.trimEnd().split('\n'), ...(stderr === '' ? [] : [`stderr: ${stderr}`])];
}

const isThere = (shell: Shell) => spawnSync(shell, ['-c', ':']).status === 0;

describe.each(Object.keys(SHELLS) as Shell[])('%s', (shell) => {
  test('git claim go changes the directory, and nothing else does', async ({ skip }) => {
    skip(!isThere(shell), `${shell} is not installed`);
    const sandbox = place();
    await runCli(sandbox, ['ORDER-1'], { env: { GIT_CLAIM_SESSION: 'alice' } });
    const tree = `${sandbox.repo}.claims/ORDER-1`;
    expect(inShell(sandbox, shell, ['git claim go ORDER-1', 'pwd', 'git rev-parse --show-prefix --abbrev-ref HEAD'])).toEqual([
      tree,
      '',
      'order-1',
    ]);
    expect(inShell(sandbox, shell, ['git-claim go order-1', 'pwd'])).toEqual([tree]);
    expect(inShell(sandbox, shell, ['git claim where ORDER-1', 'pwd'])).toEqual([tree, sandbox.repo]);
    expect(inShell(sandbox, shell, ['git claim ORDER-2 >/dev/null', 'pwd'])).toEqual([sandbox.repo]);
    const code = shell === 'fish' ? 'echo $status' : 'echo $?';
    expect(inShell(sandbox, shell, ['git claim go ORDER-9 2>/dev/null', code, 'pwd'])).toEqual(['129', sandbox.repo]);
    expect(inShell(sandbox, shell, ['git status --short; git log -1 --format=%s', code])).toEqual(['first commit', '0']);
    expect(readdirSync(join(sandbox.dir, 'tmp'))).toEqual([]);
  });

  test('where asked, a claim changes the directory too', async ({ skip }) => {
    skip(!isThere(shell), `${shell} is not installed`);
    const sandbox = place();
    const tree = (order: string) => `${sandbox.repo}.claims/${order}`;
    const run = (...lines: string[]) => inShell(sandbox, shell, lines, ' --claims').at(-1);
    expect(run('git claim ORDER-1 >/dev/null', 'pwd')).toBe(tree('ORDER-1'));
    expect(run('git claim ORDER-1 >/dev/null', 'pwd')).toBe(tree('ORDER-1'));
    expect(run('git claim ORDER-2 ORDER-3 >/dev/null', 'pwd')).toBe(sandbox.repo);
    expect(run('git claim status >/dev/null', 'pwd')).toBe(sandbox.repo);
    await runCli(sandbox, ['ORDER-4'], { env: { GIT_CLAIM_SESSION: 'bob' } });
    expect(run('git claim ORDER-4 2>/dev/null', 'pwd')).toBe(sandbox.repo);
  });
});

test('a shell without the functions is told how to get them', async () => {
  const sandbox = createSandbox();
  await runCli(sandbox, ['ORDER-1'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  expect((await runCli(sandbox, ['go', 'ORDER-1'])).transcript).toMatchInlineSnapshot(`
    "$ git claim go ORDER-1
    stderr:
    error: no program can change the directory of its shell: this one has not the functions that do
      hint    in its start-up file: eval "$(git claim shell-init bash)" (zsh alike; fish: git claim shell-init fish | source); for now: cd "$(git claim where ORDER-1)"
    exit 129
    "
  `);
  expect((await runCli(sandbox, ['where', 'ORDER-2'])).transcript).toMatchInlineSnapshot(`
    "$ git claim where ORDER-2
    stderr:
    error: ORDER-2 has no worktree of its own
      hint    git claim worktree list shows those that exist
    exit 129
    "
  `);
});

/** In a folder whose name would be run by a shell that does not quote it. */
function place(): Sandbox {
  const made = createSandbox();
  const repo = join(made.dir, `it's "$(touch x)" \`x\` & äpp -n`);
  mkdirSync(join(made.dir, 'tmp'));
  made.git(['clone', '--quiet', '.', repo]);
  return { ...made, repo };
}
