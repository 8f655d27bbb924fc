import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { GivenAnswer } from '../../src/adapters/system/given-answer.ts';
import { parseOrderId } from '../../src/core/ids.ts';
import { progressLine } from '../../src/text/setup.ts';
import { beyondTerminal } from '../support/beyond-terminal.ts';
import { type CliOptions, type CliResult, runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { kill, processesOf, runAs, startAs, until, untilQuiet } from '../support/sessions.ts';

const TREE = 'my äpp.claims/ORDER-1';

test('what git ignores and .worktreeinclude lists is copied, and nothing else', async () => {
  const sandbox = withFiles({
    '.gitignore': '.env\n*.secret\nbuild/\nnode_modules/\nconfig/\ncache\n',
    '.worktreeinclude':
      '# secrets\n.env\n*.secret\n!public.secret\nconfig/local.json\nconfig/keys/*\n!config/keys/old\nbuild/\nnot ignored\ntracked\n',
    tracked: 'tracked',
  });
  sandbox.git(['add', '.gitignore', '.worktreeinclude', 'tracked']);
  sandbox.git(['commit', '--quiet', '--message', 'files']);
  const { repo } = sandbox;
  put(repo, {
    '.env': 'ROOT=1',
    'packages/a/.env': 'A=1',
    'new folder/.env': 'N=1',
    'a.secret': 'a',
    'public.secret': 'p',
    'not ignored': 'x',
    tracked: 'changed',
    'build/deep/er/file': 'b',
    'build/inner/.git/HEAD': 'ref: refs/heads/main\n',
    'build/inner/file': 'of another repository',
    'node_modules/dotenv/.env': 'not meant',
    'config/local.json': '{}',
    'config/other.json': '{}',
    'config/keys/new': 'n',
    'config/keys/old': 'o',
    'we\nird $(touch x).secret': 'w',
  });
  chmodSync(join(repo, 'a.secret'), 0o600);
  symlinkSync('/etc/passwd', join(repo, 'link.secret'));
  execFileSync('mkfifo', [join(repo, 'fifo.secret')]);

  const { code, stderr } = await claim(sandbox);
  expect(code).toBe(0);
  expect(stderr).toContain('ORDER-1: 9 files copied into its worktree (.worktreeinclude)\n');
  const tree = join(sandbox.dir, TREE);
  expect(filesBelow(tree)).toEqual(
    [
      ...[
        '.env',
        '.git',
        '.gitignore',
        '.worktreeinclude',
        'a.secret',
        'build/deep/er/file',
        'config/keys/new',
        'config/local.json',
      ],
      ...['link.secret', 'new folder/.env', 'packages/a/.env', 'tracked', 'we\nird $(touch x).secret'],
    ].sort(),
  );
  expect(readFileSync(join(tree, 'tracked'), 'utf8')).toBe('tracked');
  expect(statSync(join(tree, 'a.secret')).mode & 0o777).toBe(0o600);
  expect(lstatSync(join(tree, 'link.secret')).isSymbolicLink()).toBe(true);
  expect(sandbox.git(['status', '--porcelain'], tree)).toBe('');
  expect(readdirSync(join(repo, '.git/claim/setup'))).toEqual([]);
});

test('nothing there is overwritten, and no link leads a copy out of the tree', async () => {
  const sandbox = withFiles({ '.gitignore': 'local/\n*.env\n', '.worktreeinclude': 'local/\n*.env\nout/*.env\n' });
  const outside = join(sandbox.dir, 'outside');
  mkdirSync(outside);
  symlinkSync(outside, join(sandbox.repo, 'out'));
  sandbox.git(['add', '.']);
  sandbox.git(['commit', '--quiet', '--message', 'a link']);
  sandbox.git(['rm', '--quiet', '--cached', 'out']);
  execFileSync('rm', [join(sandbox.repo, 'out')]);
  put(sandbox.repo, { 'local/a': 'from main', 'local/sub/b': 'from main', '.env': 'from main', 'out/.env': 'from main' });
  await claim(sandbox);
  const tree = join(sandbox.dir, TREE);
  expect(readdirSync(outside)).toEqual([]);
  put(tree, { 'local/a': 'mine' });
  execFileSync('rm', ['-r', join(tree, 'local/sub'), join(tree, '.env')]);
  symlinkSync(join(outside, 'target'), join(tree, '.env.git-claim-copy'));
  const again = await claim(sandbox, ['worktree', 'setup', 'ORDER-1', '--json']);
  expect(JSON.parse(again.stdout).warnings).toMatchObject([
    { code: 'setup-failed', message: expect.stringContaining('out is not a folder in the new worktree') },
  ]);
  expect(readFileSync(join(tree, 'local/a'), 'utf8')).toBe('mine');
  expect(readFileSync(join(tree, 'local/sub/b'), 'utf8')).toBe('from main');
  expect([readFileSync(join(tree, '.env'), 'utf8'), readdirSync(outside)]).toEqual(['from main', []]);
});

test('commands run once a person has agreed to exactly these, without the GIT_* and the input of whoever claims', async () => {
  const sandbox = createSandbox();
  sandbox.git(['config', 'claim.setup', 'cat >> made; env >> made; pwd >> made']);
  sandbox.git(['config', '--add', 'claim.setup', 'echo second >> made']);
  expect((await claim(sandbox)).transcript).toMatchInlineSnapshot(`
    "$ git claim ORDER-1
    ORDER-1 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-1   branch order-1
      from      main, <commit>
      next      git claim complete ORDER-1, when its work is done
    stderr:
    warning: ORDER-1: claim.setup was not run: no person has agreed to its commands; git claim worktree trust, then git claim worktree setup ORDER-1
    exit 0
    "
  `);
  const withoutTerminal = await claim(sandbox, ['worktree', 'trust'], { input: 'yes\n' });
  expect(withoutTerminal.transcript).toContain('error: there is no person at a terminal to ask');
  const trust = 'git claim worktree trust';
  expect(inTerminal(sandbox, 'yes', `bash -c 'exec -a claude sh -c "${trust}; true"'`)).toContain(
    'error: only a person may agree to setup commands',
  );
  const refused = inTerminal(sandbox, 'no', trust);
  expect(refused).toContain('  echo second >> made');
  expect(refused).toContain('error: not agreed; nothing changed');
  expect(inTerminal(sandbox, 'yes', trust)).toContain('2 setup commands trusted, until claim.setup changes');
  const { stderr } = await claim(sandbox, ['worktree', 'setup', 'order-1'], {
    env: { GIT_DIR: '.git', SEEN: 'yes' },
    input: 'secret',
  });
  expect(stderr.split('\n')).toEqual([
    'setting up ORDER-1: cat >> made; env >> made; pwd >> made',
    'setting up ORDER-1: echo second >> made',
    '',
  ]);
  const made = readFileSync(join(sandbox.dir, TREE, 'made'), 'utf8');
  expect(made).toMatch(/^SEEN=yes$/m);
  expect(made).not.toMatch(/^GIT_|secret/m);
  expect(made.endsWith(`${join(sandbox.dir, TREE)}\nsecond\n`)).toBe(true);
  sandbox.git(['config', '--add', 'claim.setup', 'echo third']);
  const untrusted = await claim(sandbox, ['worktree', 'setup', 'order-1']);
  expect(untrusted).toMatchObject({ code: 1, stderr: expect.stringMatching(/^warning: ORDER-1: claim.setup was not run/) });
  const bobs = await runCli(sandbox, ['worktree', 'setup', 'order-1'], { env: { GIT_CLAIM_SESSION: 'bob' } });
  expect(bobs.code).toBe(3);
});

test('a command that fails or takes too long is a warning with its output, and its whole group ends', async () => {
  const sandbox = createSandbox();
  setup(sandbox, 'echo one; echo two >&2; exit 7', 'touch not-reached');
  const { code, stderr } = await claim(sandbox);
  expect({ code, told: stderr.split('\n')[1] }).toEqual({
    code: 0,
    told: expect.stringMatching(/failed: exit code 7: two; its output is in \S.*\.log; again: git claim worktree setup ORDER-1$/),
  });
  expect(existsSync(join(sandbox.dir, TREE, 'not-reached'))).toBe(false);
  sandbox.git(['config', 'claim.setupTimeout', '300ms']);
  setup(sandbox, "trap '' TERM; sleep 300 & sleep 300; sleep 300");
  const late = await claim(sandbox, ['worktree', 'setup', 'ORDER-1']);
  expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining('failed: it took longer than 0.3s') });
  await untilQuiet(sandbox);
});

test.each([
  [null, '', 'setting up ORDER-1: npm ci'],
  [20_000, '', 'setting up ORDER-1: npm ci (20s so far)'],
  [20_000, 'added 7 packages', 'setting up ORDER-1: npm ci (20s so far): added 7 packages'],
])('who waits for a setup command is told what it does (after %j ms, which said %j)', (elapsedMs, said, line) => {
  const order = parseOrderId('ORDER-1');
  expect(progressLine({ kind: 'command', order, command: 'npm ci', elapsedMs, said })).toBe(line);
});

test('at a terminal a slow checkout and a slow command show how far they are, and nothing of it stays; a pipe gets none of it', async () => {
  const sandbox = withFiles({ '.gitattributes': '*.slow filter=slow\n', 'a.slow': '1', 'b.slow': '2', 'c.slow': '3' });
  sandbox.git(['add', '.']);
  sandbox.git(['commit', '--quiet', '--message', 'slow']);
  // Git shows progress after two seconds.
  sandbox.git(['config', 'filter.slow.smudge', 'sleep 0.8; cat']);
  setup(sandbox, 'echo said; sleep 1.3');
  const env = { ...sandbox.env, TERM: 'xterm', NO_COLOR: '1', GIT_CLAIM_SESSION: 'alice' };
  const words = ['-qec', 'stty cols 120; git claim ORDER-1', '/dev/null'];
  const shown = spawnSync('script', words, { cwd: sandbox.repo, env, encoding: 'utf8' }).stdout.replaceAll('\x1b[K', '<end>');
  expect(shown).toMatch(/\rORDER-1: making its worktree: Updating files: +[0-9]+% \([0-9]+\/4\)<end>/);
  expect(shown).toContain('\rsetting up ORDER-1: echo said; sleep 1.3 (1s so far): said<end>');
  expect(shown).toContain('\r<end>ORDER-1 is yours');
  sandbox.git(['config', '--unset', 'filter.slow.smudge']);
  const piped = await claim(sandbox, ['worktree', 'setup', 'ORDER-1']);
  expect(piped.stderr).toBe('setting up ORDER-1: echo said; sleep 1.3\n');
});

test('a setup that was killed is finished by the same command, and what it had started does not run beside it', async () => {
  const sandbox = createSandbox();
  put(sandbox.repo, { '.gitignore': '.env\n', '.env': 'x', '.worktreeinclude': '.env\n' });
  setup(sandbox, 'echo begun >> log; [ -e ../../go ] || sleep 300; echo done >> log');
  const log = join(sandbox.dir, TREE, 'log');
  const killed = startAs(sandbox, 'alice', ['ORDER-1']);
  await until(
    () => existsSync(log),
    () => 'the setup never began',
  );
  const beside = await runAs(sandbox, 'alice', ['ORDER-1']);
  expect(beside.stderr).toMatch(/process \d+ is still setting up its worktree/);
  kill(killed, 'process');
  await killed.ended;
  writeFileSync(join(sandbox.dir, 'go'), '');
  const again = await runAs(sandbox, 'alice', ['ORDER-1']);
  expect(again.stdout).toContain('ORDER-1 is yours already');
  expect([readFileSync(log, 'utf8'), processesOf(sandbox)]).toEqual(['begun\nbegun\ndone\n', []]);
  expect((await runAs(sandbox, 'alice', ['ORDER-1'])).stderr).toBe('');
});

function claim(
  sandbox: Sandbox,
  args: readonly string[] = ['ORDER-1'],
  { env, ...options }: CliOptions = {},
): Promise<CliResult> {
  return runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: 'alice', ...env }, ...options });
}

/** Configures commands and trusts them, as `git claim worktree trust` does. */
function setup(sandbox: Sandbox, ...commands: readonly string[]): void {
  sandbox.git(['config', '--replace-all', 'claim.setup', commands[0] as string]);
  for (const command of commands.slice(1)) sandbox.git(['config', '--add', 'claim.setup', command]);
  new GivenAnswer(sandbox.env, 'trusted', join(sandbox.repo, '.git'), commands).add();
}

function withFiles(files: Readonly<Record<string, string>>): Sandbox {
  const sandbox = createSandbox();
  put(sandbox.repo, files);
  return sandbox;
}

function put(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !lstatSync(join(folder, name)).isDirectory())
    .sort();
}

/** Returns what a person sees who gives this answer half a second after the question. */
function inTerminal(sandbox: Sandbox, answer: string, line: string): string {
  const { file, args, argv0 } = beyondTerminal('sh', [
    '-c',
    `(sleep 0.5; echo ${answer}) | script -qec 'eval "$LINE"' /dev/null`,
  ]);
  const env = { ...sandbox.env, TERM: 'xterm', LINE: line };
  return spawnSync(file, args, { argv0, cwd: sandbox.repo, env, encoding: 'utf8' }).stdout;
}

/** What may be under the name of the list, and why nothing is copied then. */
const NO_LISTS: readonly [name: string, make: (path: string) => void, why: string][] = [
  ['a pipe', (path) => execFileSync('mkfifo', [path]), 'is not a plain file'],
  ['a link to a device that never ends', (path) => symlinkSync('/dev/zero', path), 'is not a plain file'],
  ['a folder', (path) => mkdirSync(path), 'is not a plain file'],
  ['a list of a megabyte', (path) => writeFileSync(path, '.env\n'.repeat(200_000)), 'is larger than 256 kB'],
];

test.each(NO_LISTS)('%s for .worktreeinclude copies nothing, and the claim goes on', async (_, make, why) => {
  const sandbox = createSandbox();
  put(sandbox.repo, { '.gitignore': '.env\n', '.env': 'A=1' });
  make(join(sandbox.repo, '.worktreeinclude'));
  const { code, stderr } = await claim(sandbox);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(`.worktreeinclude ${why}`) });
  expect(existsSync(join(sandbox.dir, TREE, '.env'))).toBe(false);
});

test('the list may be a link to a plain file', async () => {
  const sandbox = createSandbox();
  put(sandbox.repo, { '.gitignore': '.env\n', '.env': 'A=1', 'config/list': '.env\n' });
  symlinkSync('config/list', join(sandbox.repo, '.worktreeinclude'));
  expect((await claim(sandbox)).code).toBe(0);
  expect(readFileSync(join(sandbox.dir, TREE, '.env'), 'utf8')).toBe('A=1');
});
