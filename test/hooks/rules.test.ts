import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git, installHooks, stage } from '../support/hooks.ts';
import { helpersOf } from '../support/living-sessions.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { until, untilQuiet } from '../support/sessions.ts';

const CLAUDE = { CLAUDE_CODE_SESSION_ID: '7f3a21aa-0000-4000-8000-000000000000' };

const claim = async (sandbox: Sandbox, session: string, ...args: string[]) => {
  const { code, stderr } = await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.anything() });
};
const treeOf = (sandbox: Sandbox, order: string) => join(sandbox.dir, 'my äpp.claims', order);

function ready(mode: 'soft' | 'hard'): Sandbox {
  const sandbox = createSandbox();
  installHooks(sandbox, mode);
  return sandbox;
}

test('lost: whoever lost a claim cannot commit in its tree, and is told how to keep the work', async () => {
  const sandbox = ready('hard');
  await claim(sandbox, 'alice', 'ORDER-1');
  const tree = treeOf(sandbox, 'ORDER-1');
  const binding = join(sandbox.repo, '.git/worktrees/ORDER-1/claim/binding');
  const before = sandbox.git(['rev-parse', 'refs/claims/ORDER-1']);
  await claim(sandbox, 'alice', 'release', 'ORDER-1');
  await claim(sandbox, 'bob', 'ORDER-1');
  // As it was when alice was last here: another session's take leaves this worktree alone.
  writeFileSync(binding, `ORDER-1 1 ${before} alice\n`);
  stage(sandbox, 'a', 'a', tree);
  const { code, out } = git(sandbox, ['commit', '-m', 'late'], { cwd: tree, session: 'alice' });
  expect({ code, out }).toEqual({
    code: 1,
    out: expect.stringMatching(/refused: ORDER-1 is no longer yours: bob holds it since/),
  });
  expect(out).toContain('git switch -c');
  expect(git(sandbox, ['switch', '-q', '-c', 'mine'], { cwd: tree, session: 'alice' }).code).toBe(0);
  expect(git(sandbox, ['commit', '-q', '-m', 'kept'], { cwd: tree, session: 'alice' })).toMatchObject({ code: 0 });
});

test.each([
  ['soft', 0, /warning: this branch is named for ORDER-1, which nobody has claimed/],
  ['hard', 1, /refused: this branch is named for ORDER-1, which nobody has claimed/],
] as const)('unclaimed, %s: an agent on the branch of an order that nobody holds', async (mode, exit, said) => {
  const sandbox = ready(mode);
  mkdirSync(join(sandbox.repo, 'orders'));
  stage(sandbox, 'orders/ORDER-1.md', '---\ntitle: Login\n---\n');
  sandbox.git(['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '-m', 'orders']);
  await claim(sandbox, 'alice', 'ORDER-9');
  sandbox.git(['switch', '-q', '-c', 'order-01-login']);
  const { code, out } = git(sandbox, ['commit', '--allow-empty', '-m', 'x'], { env: CLAUDE });
  expect({ code, out }).toEqual({ code: exit, out: expect.stringMatching(said) });
  expect(out).toContain('first     git claim --no-worktree ORDER-1');
  // People work where they like, and a branch that only looks like an order's belongs to nobody.
  expect(git(sandbox, ['commit', '-q', '--allow-empty', '-m', 'x'])).toEqual({ code: 0, out: '' });
  sandbox.git(['switch', '-q', '-c', 'release-2']);
  expect(git(sandbox, ['commit', '-q', '--allow-empty', '-m', 'x'], { env: CLAUDE })).toEqual({ code: 0, out: '' });
});

test('what a hook refuses says the command that goes on, and that one does', async () => {
  const sandbox = ready('hard');
  const { repo } = sandbox;
  const run = (command: string, env: Record<string, string>) => git(sandbox, ['-c', `alias.run=!${command}`, 'run'], { env });
  const commit = (env: Record<string, string>, cwd = repo) => git(sandbox, ['commit', '-q', '-m', 'x'], { env, cwd });
  const wayOn = ({ out }: { out: string }, label: string) =>
    new RegExp(`^ +${label} +(.*?)(?:; commit there)?$`, 'm').exec(out)?.[1];
  await claim(sandbox, 'ada', 'ORDER-1');
  mkdirSync(join(repo, 'orders'));
  stage(sandbox, 'orders/ORDER-2.md', 'first\n');
  sandbox.git(['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '-m', 'orders']);

  const other = { CLAUDE_CODE_SESSION_ID: '8f3a21aa-0000-4000-8000-000000000000' };
  expect(run('git claim ORDER-3', other)).toMatchObject({ code: 0 });
  sandbox.git(['switch', '-q', '-c', 'aside', 'main']);
  stage(sandbox, 'three', 'x');
  const elsewhere = commit(other);
  expect(elsewhere.code).toBe(1);
  expect(run(wayOn(elsewhere, 'instead') ?? '', other)).toMatchObject({ code: 0 });
  expect(commit(other, treeOf(sandbox, 'ORDER-3'))).toEqual({ code: 0, out: '' });

  const inTree = { cwd: treeOf(sandbox, 'ORDER-1'), session: 'bob' };
  expect(git(sandbox, ['merge', '--no-ff', '-m', 'x', 'order-3'], inTree).out).toContain(
    'refused: fix this and run git merge --continue, or undo everything with git merge --abort',
  );
  expect(git(sandbox, ['merge', '--abort'], inTree)).toEqual({ code: 0, out: '' });
  expect(git(sandbox, ['cherry-pick', 'order-3'], inTree).out).toContain('or undo everything with git cherry-pick --abort');
  expect(git(sandbox, ['cherry-pick', '--abort'], inTree)).toEqual({ code: 0, out: '' });

  sandbox.git(['switch', '-q', '-c', 'order-2-login']);
  stage(sandbox, 'two', 'x');
  const unclaimed = commit(CLAUDE);
  expect(unclaimed.out).toMatch(/refused; nothing was committed\n$/);
  expect(run(wayOn(unclaimed, 'first') ?? '', CLAUDE)).toMatchObject({ code: 0 });
  expect(commit(CLAUDE)).toEqual({ code: 0, out: '' });
});

test('elsewhere: a holder that commits in another tree than its order’s', async () => {
  const sandbox = ready('soft');
  await claim(sandbox, 'alice', 'ORDER-1');
  const { code, out } = git(sandbox, ['commit', '--allow-empty', '-m', 'x'], { session: 'alice' });
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringMatching(/warning: you hold ORDER-1, but its work is in another worktree/),
  });
  expect(git(sandbox, ['commit', '-q', '--allow-empty', '-m', 'x'], { session: 'bob' })).toEqual({ code: 0, out: '' });
  stage(sandbox, 'done', 'x', treeOf(sandbox, 'ORDER-1'));
  const there = { session: 'alice', cwd: treeOf(sandbox, 'ORDER-1') };
  expect(git(sandbox, ['commit', '-q', '-m', 'done'], there)).toEqual({ code: 0, out: '' });
  expect(git(sandbox, ['merge', '-q', '--no-ff', 'order-1'], { session: 'alice' })).toEqual({ code: 0, out: '' });
});

test('path: a staged file in another session’s path claim, whatever it is called', async () => {
  const sandbox = ready('hard');
  mkdirSync(join(sandbox.repo, 'src/a b'), { recursive: true });
  await claim(sandbox, 'alice', 'path', 'src/a b', 'plain.py');
  stage(sandbox, 'src/a b/c\nd', 'x');
  const first = git(sandbox, ['commit', '-m', 'x'], { session: 'bob' });
  expect(first).toEqual({
    code: 1,
    out: expect.stringMatching(/refused: src\/a b\/c\\x0ad is in src\/a b, which is claimed by alice since/),
  });
  expect(git(sandbox, ['commit', '-q', '-m', 'x'], { session: 'alice' })).toEqual({ code: 0, out: '' });
  stage(sandbox, 'plain.py', 'x');
  expect(git(sandbox, ['commit', '-m', 'x'])).toEqual({
    code: 1,
    out: expect.stringMatching(/refused: plain\.py is claimed by alice/),
  });
  expect(git(sandbox, ['commit', '-m', 'x']).out).toContain('instead   git restore --staged :/plain.py leaves it out;');
  stage(sandbox, 'plain.pyc', 'x');
  sandbox.git(['reset', '-q', 'plain.py']);
  expect(git(sandbox, ['commit', '-q', '-m', 'x'])).toEqual({ code: 0, out: '' });
});

test('path: a claim whose widening was killed half way counts, and is whole then', async () => {
  const sandbox = ready('hard');
  mkdirSync(join(sandbox.repo, 'src'));
  await claim(sandbox, 'alice', 'path', 'src/a');
  const env = { GIT_CLAIM_SESSION: 'alice', GIT_CLAIM_CRASH_AT: 'after git update-ref' };
  expect((await runCli(sandbox, ['path', 'src'], { env })).code).not.toBe(0);
  const refs = () => sandbox.git(['for-each-ref', '--format=%(refname)', 'refs/claim-paths', 'refs/claim-paths.guard']);
  expect(refs()).toBe('refs/claim-paths.guard');
  stage(sandbox, 'src/a', 'x');
  expect(git(sandbox, ['commit', '-m', 'x'], { session: 'bob' })).toEqual({
    code: 1,
    out: expect.stringMatching(/src\/a is in src, which is claimed by alice since/),
  });
  expect(refs()).toBe('refs/claim-paths/src');
});

test('status: an order file that says by hand what no claim says', async () => {
  const sandbox = ready('hard');
  mkdirSync(join(sandbox.repo, 'orders'));
  const file = (status: string) => `---\ntitle: Login\nstatus: ${status}\n---\n`;
  stage(sandbox, 'orders/ORDER-1.md', file('ready'));
  expect(git(sandbox, ['commit', '-q', '-m', 'ready'], { env: CLAUDE })).toEqual({ code: 0, out: '' });
  stage(sandbox, 'orders/ORDER-1.md', file('in_progress'));
  const agent = git(sandbox, ['commit', '-m', 'begin'], { env: CLAUDE });
  expect(agent).toEqual({
    code: 1,
    out: expect.stringMatching(/refused: orders\/ORDER-1\.md says in_progress, but ORDER-1 is not claimed/),
  });
  expect(git(sandbox, ['commit', '-m', 'begin'])).toEqual({
    code: 0,
    out: expect.stringMatching(/warning: orders\/ORDER-1\.md says in_progress/),
  });
  stage(sandbox, 'orders/ORDER-1.md', file('ready'));
  sandbox.git(['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '-m', 'back']);
  await claim(sandbox, 'bob', '--no-worktree', 'ORDER-1');
  // A mirror wrote this: it agrees with the record.
  stage(sandbox, 'orders/ORDER-1.md', file('in_progress'));
  expect(git(sandbox, ['commit', '-q', '-m', 'mirror'], { session: 'bob' })).toEqual({ code: 0, out: '' });
});

test('shipped and overlap: what another session has just committed', async () => {
  const sandbox = ready('hard');
  stage(sandbox, 'a.py', '1\n');
  sandbox.git(['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '-m', 'a']);
  await claim(sandbox, 'alice', 'ORDER-1');
  await claim(sandbox, 'bob', 'ORDER-2');
  const [one, two] = [treeOf(sandbox, 'ORDER-1'), treeOf(sandbox, 'ORDER-2')];
  stage(sandbox, 'a.py', '1\n2\n', one);
  expect(git(sandbox, ['commit', '-q', '-m', 'feat: two'], { cwd: one, session: 'alice' })).toEqual({ code: 0, out: '' });
  const commit = sandbox.git(['rev-parse', '--short=7', 'HEAD'], one);
  stage(sandbox, 'a.py', '1\n2\n', two);
  const same = git(sandbox, ['commit', '-m', 'feat: two as well'], { cwd: two, session: 'bob' });
  expect(same.out).toMatch(new RegExp(`already shipped as ${commit}, \\d+s ago by alice: feat: two`));
  stage(sandbox, 'a.py', '0\n1\n', two);
  const file = git(sandbox, ['commit', '-q', '-m', 'fix: zero'], { cwd: two, session: 'bob' });
  expect(file).toEqual({
    code: 0,
    out: expect.stringMatching(new RegExp(`warning: a\\.py changed \\d+s ago in ${commit} by alice`)),
  });
  // Merging is the way to resolve it.
  const merged = git(sandbox, ['merge', '-q', '-m', 'merge', 'order-1'], { cwd: two, session: 'bob' });
  expect(merged.out).not.toContain('git claim');
});

test('a squash brings in on purpose what another session has just committed', async () => {
  const sandbox = ready('hard');
  await claim(sandbox, 'alice', 'ORDER-1');
  const tree = treeOf(sandbox, 'ORDER-1');
  stage(sandbox, 'a.py', '1\n', tree);
  expect(git(sandbox, ['commit', '-q', '-m', 'feat: one'], { cwd: tree, session: 'alice' })).toEqual({ code: 0, out: '' });
  sandbox.git(['merge', '--quiet', '--squash', 'order-1']);
  expect(git(sandbox, ['commit', '-q', '-m', 'one (#12)'], { session: 'bob' })).toEqual({ code: 0, out: '' });
});

test('push: the branch of another session’s order', async () => {
  const sandbox = ready('hard');
  sandbox.git(['init', '-q', '--bare', join(sandbox.dir, 'there')]);
  sandbox.git(['remote', 'add', 'there', join(sandbox.dir, 'there')]);
  await claim(sandbox, 'alice', 'ORDER-1');
  const push = ['push', '-q', 'there', 'order-1', 'main'];
  expect(git(sandbox, push, { session: 'bob' })).toEqual({
    code: 1,
    out: expect.stringMatching(/refused: this pushes order-1, the branch of ORDER-1: alice holds it/),
  });
  expect(git(sandbox, ['push', '-q', 'there', 'main'], { session: 'bob' })).toEqual({ code: 0, out: '' });
  expect(git(sandbox, push, { cwd: treeOf(sandbox, 'ORDER-1'), session: 'alice' })).toEqual({ code: 0, out: '' });
});

test('checkout: binds the tree to the order whose branch it is on, and says when it is another session’s', async () => {
  const sandbox = ready('hard');
  sandbox.git(['switch', '-q', '-c', 'feature']);
  await claim(sandbox, 'alice', '--no-worktree', 'ORDER-1');
  const binding = join(sandbox.repo, '.git/claim/binding');
  expect(git(sandbox, ['switch', '-q', 'main'], { session: 'alice' })).toEqual({ code: 0, out: '' });
  expect(existsSync(binding)).toBe(false);
  expect(git(sandbox, ['switch', '-q', 'feature'], { session: 'alice' })).toEqual({ code: 0, out: '' });
  expect(existsSync(binding)).toBe(true);
  sandbox.git(['switch', '-q', 'main']);
  const { code, out } = git(sandbox, ['switch', '-q', 'feature'], { session: 'bob' });
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringMatching(/warning: feature is the branch of ORDER-1: alice holds it/),
  });
});

test('elsewhere: a holder that no variable names is known by its process', async () => {
  const sandbox = ready('soft');
  const asAnchor = { env: { GIT_CLAIM_ANCHOR: String(process.pid), GIT_CLAIM_SESSION: undefined } };
  expect((await runCli(sandbox, ['ORDER-1'], asAnchor)).code).toBe(0);
  const commit = ['commit', '--allow-empty', '-m', 'x'];
  expect(git(sandbox, commit, asAnchor)).toEqual({ code: 0, out: expect.stringContaining('warning: you hold ORDER-1') });
  expect(git(sandbox, ['commit', '-q', '--allow-empty', '-m', 'x'], { cwd: treeOf(sandbox, 'ORDER-1'), ...asAnchor })).toEqual({
    code: 0,
    out: '',
  });
  // This process goes on living, and so would its helper.
  for (const pid of helpersOf(sandbox)) process.kill(-pid, 'SIGKILL');
});

test('branch: of two sessions of an agent that tells no id each is known by its process', async () => {
  const sandbox = ready('hard');
  const opencode = ['-c', 'exec -a opencode bash -c "$0; true"'];
  const env = { ...sandbox.env, OPENCODE: '1', GIT_CLAIM_SESSION: undefined } as NodeJS.ProcessEnv;
  const commit = 'cd "../my äpp.claims/ORDER-1" && git commit --quiet --allow-empty --message x';
  // It reads commands from its input, and lives as long as there are some.
  const holder = spawn('bash', [...opencode, 'git claim ORDER-1; eval "$(head -n 1)"; echo "exit $?"'], {
    cwd: sandbox.repo,
    env,
  });
  let said = '';
  holder.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await until(
    () => said.includes('worktree'),
    () => said,
  );
  const other = spawnSync('bash', [...opencode, commit], { cwd: sandbox.repo, env, encoding: 'utf8' });
  expect(other.stderr).toMatch(/refused: order-1 is the branch of ORDER-1: opencode-\w+ holds it since/);
  holder.stdin.end(`${commit}\n`);
  await once(holder, 'close');
  expect(said).toContain('exit 0');
  expect(sandbox.git(['log', '--format=%s', 'main..order-1'])).toBe('x');
  await untilQuiet(sandbox);
});

test('path: wherever the configuration keeps claims, and whatever the disk does with upper case', async () => {
  const sandbox = ready('hard');
  sandbox.git(['config', 'claim.refPrefix', 'refs/tags/claims']);
  sandbox.git(['config', 'core.ignoreCase', 'true']);
  await claim(sandbox, 'alice', 'ORDER-1', '--no-worktree', '--path', 'src');
  sandbox.git(['config', 'claim.rule.branch', 'off']);
  for (const file of ['src/a', 'SRC/b']) {
    mkdirSync(join(sandbox.repo, file.slice(0, 3)), { recursive: true });
    stage(sandbox, file, 'x');
    expect(git(sandbox, ['commit', '-m', 'x'], { env: CLAUDE })).toEqual({
      code: 1,
      out: expect.stringContaining(`refused: ${file} is in src, which is claimed by alice since`),
    });
    sandbox.git(['reset', '-q']);
  }
});
