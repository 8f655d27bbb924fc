import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git, installHooks, stage } from '../support/hooks.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

/*
 * Outside of hard mode no hook sees who moves refs. What moved without its session is told at the next look, once.
 */

async function held(mode: 'shadow' | 'soft' = 'soft') {
  const sandbox = createSandbox();
  installHooks(sandbox, mode);
  const claim = (session: string, ...args: string[]) => runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session } });
  await claim('alice', 'ORDER-1');
  await claim('bob', 'ORDER-2');
  const tree = join(sandbox.dir, 'my äpp.claims/ORDER-1');
  const commit = (file: string, session = 'alice') => {
    stage(sandbox, file, session, tree);
    return git(sandbox, ['commit', '-q', '-m', file], { cwd: tree, session });
  };
  expect(commit('work')).toEqual({ code: 0, out: '' });
  const said = async (session: string) => (await claim(session, 'list')).stderr;
  const logged = async () => {
    const events: { kind: string; order: string; detail: { what: string; by: string | null } }[] = JSON.parse(
      (await claim('carol', 'feed', '--json')).stdout,
    ).events;
    return events.filter(({ kind }) => kind === 'moved').map(({ order, detail }) => `${order} ${detail.what}`);
  };
  // Everybody has looked.
  expect([await said('alice'), await said('bob')]).toEqual(['', '']);
  return { sandbox, claim, tree, commit, said, logged, tip: sandbox.git(['rev-parse', 'order-1']) };
}

type Held = Awaited<ReturnType<typeof held>>;

const OUTSIDE: readonly [string, (it: Held) => readonly string[], string, RegExp][] = [
  [
    'update-ref',
    () => ['update-ref', '-m', 'by bob', 'refs/heads/order-1', 'main'],
    'branch-moved',
    /order-1, the branch of ORDER-1, moved without its session \(.*, by the reflog Ada: by bob\)/,
  ],
  [
    'fetch .',
    () => ['fetch', '-q', '--update-head-ok', '.', '+main:order-1'],
    'branch-moved',
    /fetch.*; it stood at [0-9a-f]{12}/,
  ],
  [
    'deleted',
    () => ['update-ref', '-d', 'refs/heads/order-1'],
    'branch-deleted',
    /was deleted \(.*git branch order-1 [0-9a-f]{12}/,
  ],
  ['claim deleted', () => ['update-ref', '-d', 'refs/claims/ORDER-1'], 'claim-deleted', /the claim of ORDER-1 is gone/],
  [
    'claim replaced',
    () => ['update-ref', 'refs/claims/ORDER-1', 'refs/claims/ORDER-2'],
    'claim-replaced',
    /the claim of ORDER-1 was replaced/,
  ],
];

test.each(OUTSIDE)('%s: told once to whoever looks next, and to the holder', async (_, args, what, sentence) => {
  const it = await held();
  expect(git(it.sandbox, args(it), { session: 'bob' })).toMatchObject({ code: 0 });
  const first = await it.said('bob');
  expect(first).toMatch(sentence);
  expect(await it.said('bob')).toBe('');
  expect(await it.said('alice')).toMatch(sentence);
  expect(await it.said('alice')).toBe('');
  expect(await it.logged()).toEqual([`ORDER-1 ${what}`]);
});

const INSIDE: readonly [string, readonly (readonly string[])[]][] = [
  ['reset', [['reset', '-q', '--hard', 'main']]],
  [
    'fast-forward',
    [
      ['branch', 'ahead', 'main'],
      ['merge', '-q', '--ff-only', 'ahead'],
    ],
  ],
  ['commits without hooks', [['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '--allow-empty', '-m', 'x']]],
];

test.each(INSIDE)('in its own worktree, %s: told to the holder alone, who may have done it', async (name, steps) => {
  const it = await held();
  if (name === 'fast-forward') {
    it.sandbox.git(['branch', 'ahead', it.sandbox.git(['commit-tree', '-p', 'order-1', '-m', 'x', 'order-1^{tree}'])]);
  }
  for (const step of steps.slice(name === 'fast-forward' ? 1 : 0))
    expect(git(it.sandbox, step, { cwd: it.tree, session: 'bob' })).toMatchObject({ code: 0 });
  expect(await it.said('bob')).toBe('');
  expect(await it.said('alice')).toMatch(
    /order-1, the branch of ORDER-1, moved in its worktree, and not by a commit of its session/,
  );
  expect(await it.said('alice')).toBe('');
  expect(await it.logged()).toEqual(['ORDER-1 branch-moved']);
});

test('told as well: its session committed, and before any look its branch was put back to where it stood', async () => {
  const it = await held();
  const before = it.tip;
  it.commit('more');
  it.commit('even more');
  const lost = it.sandbox.git(['rev-parse', 'order-1']);
  it.sandbox.git(['update-ref', '-m', 'by bob', 'refs/heads/order-1', before]);
  expect(await it.said('alice')).toMatch(
    new RegExp(`order-1, the branch of ORDER-1, moved without its session \\(.*by bob\\); it stood at ${lost.slice(0, 12)}`),
  );
  expect([await it.said('alice'), await it.said('bob')]).toEqual(['', '']);
  // Part of the way back, to another commit of its own.
  const alice = (...args: string[]) => expect(git(it.sandbox, args, { cwd: it.tree, session: 'alice' }).code).toBe(0);
  alice('reset', '-q', '--hard');
  it.commit('third');
  const kept = it.sandbox.git(['rev-parse', 'order-1']);
  it.commit('fourth');
  it.sandbox.git(['update-ref', '-m', 'by bob', 'refs/heads/order-1', kept]);
  expect(await it.said('bob')).toMatch(/order-1, the branch of ORDER-1, moved without its session \(.*by bob/);
  expect(await it.said('alice')).toMatch(/order-1, the branch of ORDER-1, moved without its session \(.*by bob/);
  expect([await it.said('alice'), await it.said('bob')]).toEqual(['', '']);
  // What it commits to another branch is not of this one.
  alice('reset', '-q', '--hard');
  alice('switch', '-q', '-c', 'aside');
  it.commit('fifth');
  alice('switch', '-q', 'order-1');
  expect([await it.said('alice'), await it.said('bob')]).toEqual(['', '']);
  expect(await it.logged()).toEqual(['ORDER-1 branch-moved', 'ORDER-1 branch-moved']);
});

test('what its own session does is no news: commits, an amended one, a rebase, a renamed branch, release and a new claim', async () => {
  const it = await held();
  const alice = (args: readonly string[]) => git(it.sandbox, args, { cwd: it.tree, session: 'alice', env: { GIT_EDITOR: ':' } });
  it.commit('more');
  expect(alice(['commit', '-q', '--amend', '--no-edit'])).toMatchObject({ code: 0 });
  expect(await it.said('bob')).toBe('');
  stage(it.sandbox, 'main', 'x');
  it.sandbox.git(['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '-m', 'main']);
  expect(alice(['rebase', '-q', 'main'])).toMatchObject({ code: 0 });
  expect([await it.said('bob'), await it.said('alice')]).toEqual(['', '']);
  expect(alice(['branch', '-m', 'feat/x'])).toMatchObject({ code: 0 });
  expect([await it.said('bob'), await it.said('alice')]).toEqual(['', '']);
  await it.claim('bob', 'release', 'ORDER-2');
  await it.claim('alice', 'ORDER-2');
  await it.claim('alice', 'hand', 'ORDER-2', '--to', 'bob');
  expect([await it.said('bob'), await it.said('alice')]).toEqual(['', '']);
  it.sandbox.git(['pack-refs', '--all']);
  expect([await it.said('bob'), await it.said('alice')]).toEqual(['', '']);
  expect(await it.logged()).toEqual([]);
});

test('what no local hook sees is told to the holder alone, once: pushes, deleted path claims, the refs of finished work', async () => {
  const it = await held();
  const bare = join(it.sandbox.dir, 'there.git');
  const bob = (...args: string[]) => expect(git(it.sandbox, args, { session: 'bob' })).toMatchObject({ code: 0 });
  it.sandbox.git(['init', '-q', '--bare', bare]);
  it.sandbox.git(['remote', 'add', 'there', bare]);
  const alice = (...args: string[]) =>
    expect(git(it.sandbox, args, { cwd: it.tree, session: 'alice' })).toMatchObject({ code: 0 });
  alice('push', '-q', 'there', 'order-1');
  it.commit('more');
  alice('push', '-q', 'there', 'order-1');
  alice('commit', '-q', '--amend', '--allow-empty', '-m', 'less');
  alice('push', '-q', '--force', 'there', 'order-1');
  await it.claim('alice', 'path', 'README.md');
  await it.claim('alice', 'path', 'passing');
  await it.claim('alice', 'path', '--release', 'passing');
  expect([await it.said('bob'), await it.said('alice')]).toEqual(['', '']);
  it.sandbox.git(['remote', 'rename', 'there', 'up']);
  expect([await it.said('bob'), await it.said('alice')]).toEqual(['', '']);

  bob('push', '-q', '--no-verify', '--force', 'up', 'main:order-1');
  bob('update-ref', '-d', 'refs/claim-paths/README.md');
  expect(await it.said('bob')).toBe('');
  const told = await it.said('alice');
  expect(told).toMatch(
    /up\/order-1, the branch of ORDER-1 at its remote, moved without a push by its session \(.*, by the reflog Ada: update by push\): it is at [0-9a-f]{12} there and was at [0-9a-f]{12}/,
  );
  expect(told).toMatch(/your claim of the path README\.md is gone \(seen .*git claim path README\.md claims it again/);
  bob('push', '-q', '--no-verify', 'up', ':order-1');
  expect(await it.said('alice')).toMatch(/up\/order-1, .* was deleted there without its session .*; it stood at [0-9a-f]{12}/);
  expect(await it.said('alice')).toBe('');

  await it.claim('alice', 'complete', 'ORDER-1');
  expect([await it.said('bob'), await it.said('alice')]).toEqual(['', '']);
  const done = it.sandbox.git(['rev-parse', 'refs/claim-done/ORDER-1']);
  bob('update-ref', '-d', 'refs/claim-done/ORDER-1');
  bob('update-ref', '-m', 'by bob', 'refs/heads/order-1', 'main');
  expect(await it.said('bob')).toBe('');
  const finished = await it.said('alice');
  expect(finished).toMatch(/refs\/claim-done\/ORDER-1, which keeps the finished work .* was deleted \(seen .* it is back/);
  expect(finished).toMatch(
    /order-1, the branch of ORDER-1, .* was moved away from the finished work \(.*by the reflog Ada: by bob/,
  );
  expect(it.sandbox.git(['rev-parse', 'refs/claim-done/ORDER-1'])).toBe(done);
  bob('worktree', 'remove', '--force', it.tree);
  bob('branch', '-q', '-D', 'order-1');
  expect(await it.said('alice')).toMatch(/order-1, the branch of ORDER-1, which is completed and not merged, was deleted/);
  expect(await it.said('alice')).toBe('');
  // Merged, nothing of it matters any more.
  it.sandbox.git(['-c', 'core.hooksPath=/dev/null', 'merge', '-q', '--no-edit', done]);
  it.sandbox.git(['update-ref', '-d', 'refs/claim-done/ORDER-1']);
  expect([await it.said('bob'), await it.said('alice')]).toEqual(['', '']);
  expect(await it.logged()).toEqual([
    ...['null path-deleted', 'ORDER-1 pushed', 'ORDER-1 push-deleted'],
    ...['ORDER-1 done-deleted', 'ORDER-1 finished-moved', 'ORDER-1 finished-deleted'],
  ]);
});

test('commits that no hook saw are told, also below one of its own session; git am of its own session is no news', async () => {
  const it = await held();
  it.sandbox.git(['branch', 'ahead', it.sandbox.git(['commit-tree', '-p', 'order-1', '-m', 'x', 'order-1^{tree}'])]);
  writeFileSync(join(it.tree, 'patched'), '1\n');
  it.sandbox.git(['add', '.'], it.tree);
  const patch = join(it.sandbox.dir, 'patch');
  it.commit('patched');
  writeFileSync(patch, `${it.sandbox.git(['format-patch', '-1', '--stdout', 'order-1'])}\n`);
  const alice = (...args: string[]) => git(it.sandbox, args, { cwd: it.tree, session: 'alice' });
  expect(alice('reset', '-q', '--hard', 'HEAD~1')).toMatchObject({ code: 0 });
  await it.said('alice');
  expect(alice('am', '-q', patch)).toEqual({ code: 0, out: '' });
  expect([await it.said('bob'), await it.said('alice')]).toEqual(['', '']);
  const odd = ['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '--allow-empty', '-m', 'odd'];
  expect(git(it.sandbox, odd, { cwd: it.tree, session: 'bob' })).toMatchObject({ code: 0 });
  it.commit('on top');
  const told = await it.said('alice');
  expect(told).toMatch(
    /order-1, the branch of ORDER-1, has a commit below its tip that git-claim's hooks did not see, [0-9a-f]{12}/,
  );
  expect(told).toMatch(/by the reflog Ada: commit: odd/);
  expect(await it.said('alice')).toBe('');
});

test('a record that another one was put in place of is told; a hook tells it too', async () => {
  const it = await held();
  const forged = it.sandbox
    .git(['cat-file', 'tag', 'refs/claims/ORDER-2'])
    .replaceAll('ORDER-2', 'ORDER-1')
    .replaceAll('order-2', 'order-1');
  const file = join(it.sandbox.dir, 'forged');
  writeFileSync(file, `${forged}\n`);
  it.sandbox.git(['update-ref', 'refs/claims/ORDER-1', it.sandbox.git(['hash-object', '-t', 'tag', '-w', file])]);
  const told = git(it.sandbox, ['commit', '--allow-empty', '-m', 'x'], { cwd: it.tree, session: 'alice' });
  expect(told.out).toContain('the claim of ORDER-1 was replaced');
  expect(await it.logged()).toEqual(['ORDER-1 claim-replaced']);
});

test('shadow mode logs it and says nothing', async () => {
  const it = await held('shadow');
  it.sandbox.git(['update-ref', 'refs/heads/order-1', 'main']);
  expect([await it.said('bob'), await it.said('alice')]).toEqual(['', '']);
  expect(await it.logged()).toEqual(['ORDER-1 branch-moved']);
});

test('a claim that was deleted is not free: it is put back before anybody claims the order', async () => {
  const it = await held();
  const oid = it.sandbox.git(['rev-parse', 'refs/claims/ORDER-1']);
  it.sandbox.git(['update-ref', '-d', 'refs/claims/ORDER-1']);
  expect(await it.claim('bob', 'ORDER-1')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('ORDER-1 is held by alice'),
  });
  expect(it.sandbox.git(['rev-parse', 'refs/claims/ORDER-1'])).toBe(oid);
  it.sandbox.git(['update-ref', '-d', 'refs/claims/ORDER-1']);
  const warned = git(it.sandbox, ['commit', '-q', '--allow-empty', '-m', 'x'], { cwd: it.tree, session: 'alice' });
  expect(warned).toEqual({ code: 0, out: expect.stringContaining('warning: the claim of ORDER-1 is gone') });
  it.sandbox.git(['config', 'claim.mode', 'hard']);
  const refused = git(it.sandbox, ['commit', '-q', '--allow-empty', '-m', 'x'], { cwd: it.tree, session: 'alice' });
  expect(refused).toEqual({ code: 1, out: expect.stringContaining('again     git claim ORDER-1') });
  expect(await it.claim('alice', 'ORDER-1')).toMatchObject({ code: 0 });
  expect(it.sandbox.git(['rev-parse', 'refs/claims/ORDER-1'])).toBe(oid);
  expect(git(it.sandbox, ['commit', '-q', '--allow-empty', '-m', 'x'], { cwd: it.tree, session: 'alice' })).toEqual({
    code: 0,
    out: '',
  });
  // Without the cache, the worktree still knows.
  it.sandbox.git(['-c', 'core.hooksPath=/dev/null', 'update-ref', '-d', 'refs/claims/ORDER-1']);
  for (const end of ['', '-wal', '-shm']) rmSync(join(it.sandbox.repo, `.git/claim/cache.db${end}`), { force: true });
  expect(git(it.sandbox, ['commit', '--allow-empty', '-m', 'x'], { cwd: it.tree, session: 'alice' }).out).toContain(
    'the claim of ORDER-1 is gone',
  );
});

test('doctor finds a remote whose fetch deletes claims, and its remedy keeps them', async () => {
  const it = await held();
  const origin = join(it.sandbox.dir, 'origin');
  it.sandbox.git(['clone', '-q', '--bare', it.sandbox.repo, origin]);
  it.sandbox.git(['remote', 'add', '--mirror=fetch', 'origin', origin]);
  it.sandbox.git(['remote', 'add', 'usual', origin]);
  const { findings } = JSON.parse((await it.claim('alice', 'doctor', '--json')).stdout);
  const found = findings.filter(({ kind }: { kind: string }) => kind === 'pruning-remote');
  expect(found).toMatchObject([{ severity: 'warn', remedy: "git config --add remote.origin.fetch '^refs/claim*'" }]);
  it.sandbox.git(['-c', `alias.run=!${found[0].remedy}`, 'run']);
  it.sandbox.git(['fetch', '-q', '--prune', '--update-head-ok', 'origin']);
  expect(it.sandbox.git(['for-each-ref', '--format=%(refname)', 'refs/claims'])).toBe('refs/claims/ORDER-1\nrefs/claims/ORDER-2');
  expect((await it.claim('alice', 'doctor')).stdout).not.toContain('with --prune it deletes every claim');
});

test('doctor finds finished work that is kept for an order without a record, and its remedy drops it', async () => {
  const { sandbox, claim } = await held();
  const doctor = async () => {
    const { findings } = JSON.parse((await claim('alice', 'doctor', '--json')).stdout) as { findings: Record<string, string>[] };
    return findings.filter(({ kind }) => kind === 'ownerless-work');
  };
  await claim('alice', 'complete', 'ORDER-1');
  expect(await doctor()).toEqual([]);
  const ref = 'refs/claim-done/ORDER-9';
  sandbox.git(['update-ref', ref, 'order-1']);
  expect(await doctor()).toMatchObject([
    {
      message: `${ref} keeps finished work that is not merged, but ORDER-9 has no record: somebody deleted its claim, or changed claim.refPrefix`,
      remedy: `git merge ${ref} takes it in; GIT_CLAIM_BYPASS=doctor git update-ref --no-deref -d ${ref} drops it`,
    },
  ]);
  sandbox.git(['merge', '-q', '--no-edit', 'order-1']);
  const [found] = await doctor();
  expect(found?.['remedy']).toBe(`GIT_CLAIM_BYPASS=doctor git update-ref --no-deref -d ${ref}`);
  sandbox.git(['-c', `alias.run=!${found?.['remedy']}`, 'run']);
  expect(await doctor()).toEqual([]);
});

test("without hooks a commit or a push in the worktree is nobody's doing; what moves the branch from elsewhere is told", async () => {
  const it = createSandbox();
  const claim = (session: string, ...args: string[]) => runCli(it, args, { env: { GIT_CLAIM_SESSION: session } });
  const bare = join(it.dir, 'there.git');
  it.git(['init', '-q', '--bare', bare]);
  it.git(['remote', 'add', 'there', bare]);
  await claim('alice', 'ORDER-1');
  const tree = join(it.dir, 'my äpp.claims/ORDER-1');
  for (const step of [
    ['commit', '-q', '--allow-empty', '-m', 'one'],
    ['push', '-q', 'there', 'order-1'],
    ['commit', '-q', '--amend', '--allow-empty', '-m', 'two'],
    ['push', '-qf', 'there', 'order-1'],
  ]) {
    it.git(step, tree);
    expect((await claim('alice', 'list')).stderr).toBe('');
  }
  it.git(['update-ref', '-m', 'by bob', 'refs/heads/order-1', 'main']);
  expect((await claim('alice', 'list')).stderr).toMatch(/order-1, the branch of ORDER-1, moved without its session/);
});
