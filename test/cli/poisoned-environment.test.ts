import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contentsOf } from '../support/gently.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

const ALICE = { GIT_CLAIM_SESSION: 'alice' };
const BOB = { GIT_CLAIM_SESSION: 'bob' };

/** A program that leaves a trace when it runs. */
function canaryIn(sandbox: Sandbox): { path: string; command: string; isDead: () => boolean } {
  const path = join(sandbox.dir, 'canary.sh');
  const trace = join(sandbox.dir, 'canary-sang');
  writeFileSync(path, `#!/bin/sh\necho "$0 $*" >>'${trace}'\nexit 1\n`);
  chmodSync(path, 0o755);
  return { path, command: `'${path}'`, isDead: () => !existsSync(trace) };
}

function hook(sandbox: Sandbox, name: string, script: string, folder = join(sandbox.repo, '.git/hooks')): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

/** An ordinary life of a claim under these variables: claim, refuse a rival, show, release. */
async function ordinaryLife(sandbox: Sandbox, env: Readonly<Record<string, string>>, options: readonly string[] = []) {
  const commands = [
    [ALICE, ['ORDER-1', ...options]],
    [BOB, ['ORDER-1', ...options]],
    [ALICE, ['status', 'ORDER-1']],
    [BOB, ['list']],
    [ALICE, ['block', 'ORDER-1', '--reason', 'waits']],
    [ALICE, ['release', 'ORDER-1']],
    [ALICE, ['log', 'ORDER-1']],
  ] as const;
  const codes: (number | null)[] = [];
  for (const [who, args] of commands) codes.push((await runCli(sandbox, args, { env: { ...env, ...who } })).code);
  return codes;
}
const ORDINARY = [0, 3, 0, 0, 0, 0, 0];

test.each([
  ['GIT_INDEX_FILE', '/nowhere/index'],
  ['GIT_OBJECT_DIRECTORY', '/nowhere/objects'],
  ['GIT_ALTERNATE_OBJECT_DIRECTORIES', '/nowhere/objects'],
  ['GIT_NAMESPACE', 'elsewhere'],
  ['GIT_REF_PARANOIA', '1'],
  ['GIT_REPLACE_REF_BASE', 'refs/claims/'],
  ['GIT_QUARANTINE_PATH', '/nowhere'],
  ['GIT_DEFAULT_HASH', 'sha256'],
  ['GIT_LITERAL_PATHSPECS', '1'],
  ['GIT_PREFIX', '../../'],
  ['GIT_COMMON_DIR', '/nowhere'],
  ['GIT_CONFIG', '/nowhere'],
  ['GIT_SHALLOW_FILE', '/nowhere'],
  ['GIT_GRAFT_FILE', '/nowhere'],
  ['GIT_TRACE', '1'],
  ['GIT_TRACE2_EVENT', '1'],
  ['GIT_TRACE_SETUP', '1'],
])('%s changes nothing', async (name, value) => {
  const sandbox = createSandbox();
  expect(await ordinaryLife(sandbox, { [name]: value })).toEqual(ORDINARY);
  expect(sandbox.git(['for-each-ref', '--format=%(refname)'])).toBe('refs/claims/ORDER-1\nrefs/heads/main\nrefs/heads/order-1');
  expect(sandbox.git(['fsck', '--strict'])).toBe('');
});

test('nothing that the environment names is run', async () => {
  const sandbox = createSandbox();
  const canary = canaryIn(sandbox);
  const programs = [
    'GIT_SSH_COMMAND',
    'GIT_SSH',
    'GIT_EXTERNAL_DIFF',
    'GIT_EDITOR',
    'GIT_SEQUENCE_EDITOR',
    'GIT_PAGER',
    'PAGER',
    'EDITOR',
    'VISUAL',
    'GIT_ASKPASS',
    'SSH_ASKPASS',
    'GIT_PROXY_COMMAND',
  ];
  const poison = Object.fromEntries(programs.map((name) => [name, canary.command]));
  expect(await ordinaryLife(sandbox, poison)).toEqual(ORDINARY);
  expect(canary.isDead()).toBe(true);
  const removed = await runCli(sandbox, ['worktree', 'remove', 'ORDER-1'], { env: { ...ALICE, ...poison } });
  expect([removed.code, removed.stderr, canary.isDead()]).toEqual([0, '', true]);
});

test("nothing that a repository's configuration names is run by claims that make no worktree", async () => {
  const sandbox = createSandbox();
  const canary = canaryIn(sandbox);
  for (const key of [
    'core.fsmonitor',
    'core.sshCommand',
    'core.editor',
    'core.pager',
    'core.askPass',
    'diff.external',
    'gpg.program',
    'credential.helper',
    'alias.rev-list',
    'alias.update-ref',
    'pager.for-each-ref',
    'pager.config',
    'sequence.editor',
  ]) {
    sandbox.git(['config', key, canary.command]);
  }
  sandbox.git(['config', 'tag.gpgSign', 'true']);
  sandbox.git(['config', 'commit.gpgSign', 'true']);
  for (const name of [
    'reference-transaction',
    'post-checkout',
    'pre-commit',
    'post-index-change',
    'post-rewrite',
    'pre-auto-gc',
    'fsmonitor-watchman',
  ]) {
    hook(sandbox, name, `exec ${canary.command} ${name}`);
  }
  expect(await ordinaryLife(sandbox, {}, ['--no-worktree'])).toEqual(ORDINARY);
  expect(canary.isDead()).toBe(true);
});

test('a hook that never ends holds no claim up', async () => {
  const sandbox = createSandbox();
  hook(sandbox, 'reference-transaction', 'exec sleep 600');
  expect(await ordinaryLife(sandbox, {}, ['--no-worktree'])).toEqual(ORDINARY);
});

test('git -c is heard for our own keys, and its hooks are not run', async () => {
  const sandbox = createSandbox();
  const canary = canaryIn(sandbox);
  hook(sandbox, 'reference-transaction', `exec ${canary.command}`, join(sandbox.dir, 'evil hooks'));
  const run = (...options: string[]) => sandbox.git([...options, 'claim', '--session', 'alice', '--no-worktree', 'TASK_9']);
  expect(() => run()).toThrow('"TASK_9" is not an order id');
  expect(run('-c', 'claim.idPattern=TASK_[0-9]+', '-c', `core.hooksPath=${join(sandbox.dir, 'evil hooks')}`)).toContain(
    'TASK_9 is yours',
  );
  // Where claims are kept is one thing for all: beside the others', a claim would be made of what somebody holds.
  const elsewhere = ['-c', 'claim.refPrefix=refs/else/', '-c', 'claim.idPattern=TASK_[0-9]+', 'claim'];
  expect(sandbox.git([...elsewhere, 'status', '--session', 'alice'])).toContain('TASK_9');
  expect(() => sandbox.git([...elsewhere, '--session', 'bob', '--no-worktree', 'TASK_9'])).toThrow('TASK_9 is held by alice');
  expect(canary.isDead()).toBe(true);
});

test('GIT_DIR and GIT_WORK_TREE say which repository, as they do for git', async () => {
  const sandbox = createSandbox();
  const other = createSandbox();
  const env = { ...ALICE, GIT_DIR: join(other.repo, '.git'), GIT_WORK_TREE: other.repo };
  const claimed = await runCli(sandbox, ['--no-worktree', 'ORDER-1', '--json'], { env, cwd: other.repo });
  expect(JSON.parse(claimed.stdout)).toMatchObject({ ok: true, claims: [{ worktree: other.repo }], warnings: [] });
  expect([sandbox, other].map(({ git }) => git(['for-each-ref', '--format=%(refname)', 'refs/claims']))).toEqual([
    '',
    'refs/claims/ORDER-1',
  ]);
  const nowhere = await runCli(sandbox, ['ORDER-1'], { env: { ...ALICE, GIT_DIR: '/nowhere' } });
  expect(nowhere).toMatchObject({ code: 128, stdout: '', stderr: expect.stringContaining('not a git repository') });
});

test('a worktree apart from its repository can be claimed for', async () => {
  const sandbox = createSandbox();
  const elsewhere = join(sandbox.dir, 'elsewhere');
  mkdirSync(elsewhere);
  const env = { ...ALICE, GIT_DIR: join(sandbox.repo, '.git'), GIT_WORK_TREE: elsewhere };
  const claimed = await runCli(sandbox, ['--no-worktree', 'ORDER-1', '--json'], { env, cwd: elsewhere });
  expect(JSON.parse(claimed.stdout)).toMatchObject({ ok: true, claims: [{ worktree: elsewhere }], warnings: [] });
  expect((await runCli(sandbox, ['release'], { env, cwd: elsewhere })).code).toBe(0);
});

test('GIT_COMMON_DIR tears no claim between two repositories', async () => {
  const sandbox = createSandbox();
  const other = createSandbox();
  const before = contentsOf(join(other.repo, '.git'));
  const env = { GIT_DIR: join(sandbox.repo, '.git'), GIT_COMMON_DIR: join(other.repo, '.git') };
  expect(await ordinaryLife(sandbox, env, ['--no-worktree'])).toEqual(ORDINARY);
  expect(sandbox.git(['for-each-ref', '--format=%(refname)', 'refs/claims'])).toBe('refs/claims/ORDER-1');
  expect(existsSync(join(sandbox.repo, '.git/claim/cache.db'))).toBe(true);
  expect(contentsOf(join(other.repo, '.git'))).toEqual(before);
});

test("a post-checkout hook of the user's own runs, and its failure costs neither claim nor tree", async () => {
  const sandbox = createSandbox();
  hook(sandbox, 'post-checkout', 'echo ran >ran-here; echo no >&2; exit 1');
  const claimed = await runCli(sandbox, ['ORDER-1'], { env: ALICE });
  const tree = join(sandbox.dir, 'my äpp.claims/ORDER-1');
  expect(claimed).toMatchObject({ code: 0, stdout: expect.stringContaining('ORDER-1 is yours (generation 1') });
  expect(claimed.stderr).toContain('warning: ORDER-1: its worktree was made, but a hook of this repository failed');
  expect(existsSync(join(tree, 'ran-here'))).toBe(true);

  writeFileSync(join(tree, 'work'), 'not yet committed');
  await runCli(sandbox, ['release', 'ORDER-1'], { env: ALICE });
  const adopted = await runCli(sandbox, ['ORDER-1'], { env: BOB });
  expect(adopted.code).toBe(0);
  expect(adopted.stderr).toMatch(/^warn {3}left uncommitted at \S* ?\S+(?: by alice)?: ran-here, work \(\d+s ago\)\n$/);
  expect(readdirSync(tree).sort(), 'the tree is adopted as it stands').toEqual(['.git', 'ran-here', 'work']);
});

test('a reference-transaction hook that vetoes everything cannot take a claim away silently', async () => {
  const sandbox = createSandbox();
  hook(sandbox, 'reference-transaction', '[ "$1" != prepared ]');
  const claimed = await runCli(sandbox, ['ORDER-1'], { env: ALICE });
  const status = await runCli(sandbox, ['status', 'ORDER-1'], { env: ALICE });
  const isMade = existsSync(join(sandbox.dir, 'my äpp.claims/ORDER-1/.git'));
  expect([claimed.code, status.stdout.split('\n')[0]]).toEqual(
    isMade
      ? [0, expect.stringContaining('ORDER-1 is held by you')]
      : [128, expect.stringContaining('ORDER-1 was released by you')],
  );
  if (!isMade) expect(claimed.stderr).toMatch(/the worktree of ORDER-1 could not be made: .* \(ORDER-1 given back\)/);
});

test('a folder for worktrees that cannot be made gives the claim back and says why', async () => {
  const sandbox = createSandbox();
  writeFileSync(join(sandbox.dir, 'my äpp.claims'), 'a file is in the way');
  const claimed = await runCli(sandbox, ['ORDER-1'], { env: ALICE });
  expect(claimed).toMatchObject({
    code: 128,
    stdout: '',
    stderr: expect.stringMatching(/could not be made: .*(?:EEXIST|Not a directory).*\(ORDER-1 given back\)/),
  });
  const { events } = JSON.parse((await runCli(sandbox, ['feed', '--json'], { env: ALICE })).stdout);
  expect(events.map(({ kind }: { kind: string }) => kind)).toEqual(['claim', 'release']);
  expect((await runCli(sandbox, ['status', 'ORDER-1'], { env: ALICE })).stdout).toContain('was released by you');
  expect(sandbox.git(['branch', '--format=%(refname:short)'])).toBe('main');
});
