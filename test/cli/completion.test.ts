import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { COMMON, HELP } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { SHELLS } from '../support/completing-shells.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, PACKAGE, type Sandbox } from '../support/sandbox.ts';
import { Terminal } from '../support/terminal.ts';

const NAMES = Object.keys(COMMANDS);
/** A blank to a shell that runs it: a ref's name has none. */
const SPLIT = '$IFS$1';
const ORDERS = ['ENG-7', 'ORDER-10', 'ORDER-143', 'ORDER-3', 'ORDER-5', 'ORDER-6', 'ORDER-7', 'ORDER-8'];

/** Lines, and what a Tab offers behind them in every shell. */
const OFFERS: Readonly<Record<string, readonly string[]>> = {
  'git claim ': [...NAMES, ...ORDERS],
  'git claim st': ['status'],
  'git-claim st': ['status'],
  'git claim ORDER-1': ['ORDER-10', 'ORDER-143'],
  'git claim order-1': ['ORDER-10', 'ORDER-143'],
  'git claim ORDER-5 E': ['ENG-7'],
  'git claim --session x release E': ['ENG-7'],
  'git claim hand ORDER-143 --to ': ['alice', 'bob'],
  'git claim hand --to=b': ['bob'],
  'git-claim hand --to=b': ['bob'],
  'git claim list --m': ['--mine'],
  'git claim ENG-7 --w': ['--wait'],
  'git claim init --mode ': ['hard', 'shadow', 'soft'],
  'git claim ENG-7 --on ': ['main', 'order-7'],
  'git claim worktree ': ['add', 'list', 'prune', 'remove', 'setup', 'trust'],
  'git claim worktree remove --save E': ['ENG-7'],
  'git claim session ': ['end', 'list', 'start'],
  'git claim completion ': ['bash', 'fish', 'zsh'],
  'git claim run E': ['ENG-7'],
  'git claim run ENG-7 -- printen': ['printenv'],
};

describe.each(['bash', 'zsh', 'fish'] as const)('%s', (name) => {
  const shell = SHELLS[name];
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await hostileSandbox();
    if (shell.missing === null) shell.install(sandbox);
  });

  test('a Tab offers commands, options, orders and sessions, and starts no Node', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '');
    const node = join(sandbox.dir, 'bin/node');
    mkdirSync(join(node, '..'));
    writeFileSync(node, '#!/bin/sh\n: > "$HOME/node was started"\n', { mode: 0o755 });
    const env = { ...sandbox.env, PATH: `${join(node, '..')}:${sandbox.env['PATH']}` };
    const lines = Object.keys(OFFERS);
    const offers = await shell.offers({ ...sandbox, env }, lines);
    expect(Object.fromEntries(lines.map((line, at) => [line, [...new Set(offers[at])]]))).toEqual(
      Object.fromEntries(lines.map((line) => [line, [...(OFFERS[line] ?? [])].sort()])),
    );
    expect(readdirSync(sandbox.env['HOME'] as string)).not.toContain('node was started');
    expect(traces(sandbox)).toEqual([]);
  }, 300_000);

  test('a person types: what hostile names say is never run', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '');
    const terminal = new Terminal(sandbox, shell.command);
    try {
      await terminal.until((screen) => screen.includes('$'));
      await terminal.ask('git claim work', (screen) => screen.includes('git claim worktree'), 'Tab');
      terminal.type('add ENG');
      terminal.press('Tab');
      await terminal.until((screen) => screen.includes('git claim worktree add ENG-7'));
      for (const [line, offered] of [
        ['git claim ORDER-', 'ORDER-143'],
        ['git claim hand --to ', 'alice'],
        ['git claim ENG-7 --on ', 'order-7'],
      ] as const) {
        // One Tab completes, another lists, and more go through the list.
        await terminal.ask(line, (screen) => screen.includes(offered), 'Tab');
      }
      terminal.press('C-c');
    } finally {
      terminal.end();
    }
    expect(traces(sandbox)).toEqual([]);
  }, 300_000);
});

test('every option of every command is offered', async ({ skip }) => {
  const { bash } = SHELLS;
  skip(bash.missing !== null, bash.missing ?? '');
  const sandbox = createSandbox();
  bash.install(sandbox);
  const offers = await bash.offers(
    sandbox,
    NAMES.map((name) => `git claim ${name} -`),
  );
  const flags = (options: readonly (readonly [flags: string, does: string])[]) =>
    options.flatMap(([text]) => text.match(/(?<=^|, )--?[a-z-]+/g) ?? []);
  for (const [at, { load }] of Object.values(COMMANDS).entries())
    expect([NAMES[at], offers[at]]).toEqual([NAMES[at], flags([...(await load()).options, ...COMMON, HELP]).sort()]);
});

test('orders are found where the repository keeps them, and where git is told to look', async ({ skip }) => {
  const { bash } = SHELLS;
  skip(bash.missing !== null, bash.missing ?? '');
  const sandbox = createSandbox();
  const { repo, env, git } = sandbox;
  bash.install(sandbox);
  const offered = async (line: string, cwd = repo) => (await bash.offers({ ...sandbox, repo: cwd }, [line]))[0];
  for (const [folder, name] of [
    ['backlog/tasks', 'task-1 - Fix.md'],
    ['backlog/completed', 'task-2.md'],
    ['backlog/docs', 'task-3.md'],
    ['work', '0042-later.md'],
  ] as const) {
    mkdirSync(join(repo, folder), { recursive: true });
    writeFileSync(join(repo, folder, name), '');
  }
  git(['config', 'claim.orders', './backlog/{tasks,completed}/*.md']);
  git(['config', '--add', 'claim.orders', 'work/*.md']);
  git(['config', 'claim.refPrefix', 'refs/tags/our-claims']);
  await runCli(sandbox, ['TASK-9', '--no-worktree'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  expect(await offered('git claim status ')).toEqual(['TASK-1', 'TASK-2', 'TASK-9']);
  expect(await offered('git claim hand --to ')).toEqual(['alice']);

  git(['config', 'claim.idPattern', '(?:task-)?\\d+']);
  expect(await offered('git claim status ')).toEqual(['0042', 'TASK-1', 'TASK-2', 'TASK-9']);
  git(['add', 'backlog/tasks']);
  git(['commit', '--quiet', '--message', 'a task']);
  git(['config', 'claim.ordersFrom', 'main']);
  expect(await offered('git claim status ')).toEqual(['TASK-1', 'TASK-9']);
  git(['clone', '--quiet', '--bare', '.', '../bare.git']);
  const bare = join(sandbox.dir, 'bare.git');
  git(['config', 'claim.orders', '**/*.md'], bare);
  expect(await offered('git claim status ', bare)).toEqual(['TASK-1']);
  for (const from of [['-C', 'bare.git'], ['--git-dir=bare.git']])
    expect(await offered(`git ${from.join(' ')} claim status `, sandbox.dir)).toEqual(['TASK-1']);
  for (const prefix of ['--help', `refs/$(touch${SPLIT}trace)`, 'refs/x|e touch trace|;s|', '']) {
    git(['config', 'claim.refPrefix', prefix]);
    expect(await offered('git claim hand --to ')).toEqual([]);
  }
  expect(await offered('git claim worktree ', env['HOME'])).toContain('prune');
  expect(traces(sandbox)).toEqual([]);
});

test('the command prints what the build made, anywhere', async () => {
  const sandbox = createSandbox();
  for (const [shell, file] of [
    ['bash', 'git-claim.bash'],
    ['zsh', '_git-claim'],
    ['fish', 'git-claim.fish'],
  ] as const) {
    const { code, stdout, stderr } = await runCli(sandbox, ['completion', shell], { cwd: sandbox.dir });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(readFileSync(join(PACKAGE, 'dist/completion', file), 'utf8'));
    expect(stdout.split('\n').slice(0, 4).join('\n')).toMatch(
      new RegExp(`^# +git claim completion ${shell} > ~/.*${file.replace('.bash', '')}$`, 'm'),
    );
  }
});

test('what it says without a shell that it knows', async () => {
  const sandbox = createSandbox();
  const said = [];
  for (const args of [[], ['tcsh'], ['bash', 'zsh'], ['bash\u001b[31m']])
    said.push((await runCli(sandbox, ['completion', ...args], { cwd: sandbox.dir })).transcript);
  expect(said.join('\n')).toMatchInlineSnapshot(`
    "$ git claim completion
    stderr:
    error: which shell?
      hint    git claim completion bash, zsh or fish; the first lines of the script say how to install it
    exit 129

    $ git claim completion tcsh
    stderr:
    error: there is no completion for "tcsh"
      hint    git claim completion bash, zsh or fish; the first lines of the script say how to install it
    exit 129

    $ git claim completion bash zsh
    stderr:
    error: which shell?
      hint    git claim completion bash, zsh or fish; the first lines of the script say how to install it
    exit 129

    $ git claim completion 'bash[31m'
    stderr:
    error: there is no completion for "bash\\u001b[31m"
      hint    git claim completion bash, zsh or fish; the first lines of the script say how to install it
    exit 129
    "
  `);
});

test('bash-completion finds the script beside the command that npm linked', () => {
  const loader = join(PACKAGE, 'share/bash-completion/completions/git-claim.bash');
  const { stdout } = spawnSync('bash', ['--norc', '-c', '. "$1"; complete -p git-claim; type -t _git_claim', 'bash', loader], {
    encoding: 'utf8',
  });
  expect(stdout).toMatch(/-F \w+ git-claim\nfunction\n$/);
  expect(JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')).files).toContain('share');
});

/** A repository with claims of two sessions and order files, among names that are made to be run by a careless shell. */
async function hostileSandbox(): Promise<Sandbox> {
  const sandbox = createSandbox();
  const { repo, git } = sandbox;
  for (const file of [
    'ORDER-5-fix.md',
    'order-6.md',
    'sub/ENG-7 - ä title.md',
    'ORDER-8$(touch trace).md',
    'ORDER-9b.md',
    'no id.md',
    '`touch trace`-3.md',
    'ORDER-10\n$(touch trace).md',
    "';touch trace;'-4.md",
  ]) {
    mkdirSync(join(repo, 'orders/sub'), { recursive: true });
    writeFileSync(join(repo, 'orders', file), '');
  }
  await runCli(sandbox, ['ORDER-143', '--no-worktree'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  await runCli(sandbox, ['ORDER-7'], { env: { GIT_CLAIM_SESSION: 'bob' } });
  git(['tag', '--annotate', '--message', 'a record\n\nSession: $(touch trace);`touch trace`', 'foreign']);
  for (const name of ['ORDER-3', `$(touch${SPLIT}trace)`, `ORDER-1;touch${SPLIT}trace`, `ORDER-2\`touch${SPLIT}trace\``])
    git(['update-ref', `refs/claims/${name}`, 'refs/tags/foreign']);
  git(['tag', '--delete', 'foreign']);
  git(['branch', `x;touch${SPLIT}trace`]);
  return sandbox;
}

/** What would be there if a name had been run. */
function traces({ repo, dir, env }: Sandbox): string[] {
  return [repo, dir, env['HOME'] as string].flatMap((folder) => readdirSync(folder).filter((name) => name.startsWith('trace')));
}
