import { readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git } from '../support/hooks.ts';
import { type Clones, clones } from '../support/remotes/clones.ts';
import { hookOnce, moveMeanwhile, theftOf } from '../support/remotes/theft.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, PACKAGE, type Sandbox } from '../support/sandbox.ts';
import { runAs } from '../support/sessions.ts';

const BRANCH = 'refs/heads/order-1';
const CLAIM = 'refs/claims/ORDER-1';

/** ORDER-1 as ada has claimed it, with a commit in its worktree, and what there is to ask about it. */
async function worked(two: Clones = clones()) {
  const { hub, here } = two;
  const tree = join(`${here.repo}.claims`, 'ORDER-1');
  const ada = (...args: string[]) => runAs(here, 'ada', args);
  const commit = (cwd = tree) => {
    here.git(['commit', '--quiet', '--allow-empty', '--message', 'work'], cwd);
    return here.git(['rev-parse', 'HEAD'], cwd);
  };
  expect(await ada('ORDER-1')).toMatchObject({ code: 0 });
  const onHub = (ref: string) => here.git(['--git-dir', hub, 'for-each-ref', '--format=%(objectname)', ref]);
  const field = (key: string) =>
    here.git(['--git-dir', hub, 'cat-file', 'tag', CLAIM]).match(new RegExp(`^${key}: (.*)$`, 'm'))?.[1];
  return { ...two, tree, ada, commit, onHub, field, tip: commit() };
}

/** Somebody else pushes a commit to ORDER-1's branch from the other clone. Returns it. */
function pushedElsewhere({ there, hub }: Clones): string {
  there.git(['fetch', '--quiet', hub, 'order-1']);
  there.git(['checkout', '--quiet', '--detach', 'FETCH_HEAD']);
  there.git(['commit', '--quiet', '--allow-empty', '--message', 'from elsewhere']);
  there.git(['push', '--quiet', hub, `HEAD:${BRANCH}`]);
  return there.git(['rev-parse', 'HEAD']);
}

test('what a holder types to publish, and what others see of it', async () => {
  const { here, there } = clones();
  const say = async (sandbox: Sandbox, session: string, args: readonly string[], cwd = sandbox.repo) =>
    (await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session }, cwd })).transcript;
  await say(here, 'ada', ['ORDER-1']);
  const tree = join(`${here.repo}.claims`, 'ORDER-1');
  here.git(['commit', '--quiet', '--allow-empty', '--message', 'work'], tree);
  expect(await say(here, 'ada', ['push'], tree)).toMatchInlineSnapshot(`
    "$ git claim push
    ORDER-1: order-1 is at 6cabf2d on origin, and the order is yours
      next      git claim complete --push ORDER-1, when its work is done
    exit 0
    "
  `);
  expect(await say(there, 'bob', ['push', 'ORDER-1'])).toMatchInlineSnapshot(`
    "$ git claim push ORDER-1
    stderr:
    you do not hold ORDER-1: ada on <host> holds it since <when>
      branch    order-1
      next      git claim status ORDER-1 tells more
    exit 4
    "
  `);
  pushedElsewhere({ here, there, hub: join(here.dir, 'hub.git') });
  here.git(['commit', '--quiet', '--allow-empty', '--message', 'more'], tree);
  expect(await say(here, 'ada', ['push'], tree)).toMatchInlineSnapshot(`
    "$ git claim push
    stderr:
    error: order-1 on origin has commits that this branch lacks: nothing was pushed
      hint    take them in: git pull --rebase origin order-1; if you rewrote the branch yourself: git claim push --force
    exit 7
    "
  `);
  expect(await say(here, 'ada', ['complete', '--push'], tree)).toMatchInlineSnapshot(`
    "$ git claim complete --push
    stderr:
    error: order-1 on origin has commits that this branch lacks: nothing was pushed
      hint    take them in: git pull --rebase origin order-1; if you rewrote the branch yourself: git claim push --force
    exit 7
    "
  `);
  here.git(['pull', '--quiet', '--rebase', 'origin', 'order-1'], tree);
  expect(await say(here, 'ada', ['complete', '--push'], tree)).toMatchInlineSnapshot(`
    "$ git claim complete --push
    ORDER-1 is completed; its work is on branch order-1, and on origin
      next      open a pull request for order-1, or merge it (git merge order-1), then git claim worktree remove ORDER-1
    exit 0
    "
  `);
  expect(await say(here, 'ada', ['push', 'ORDER-1'])).toMatchInlineSnapshot(`
    "$ git claim push ORDER-1
    stderr:
    ORDER-1 is completed: it cannot be pushed
      worktree  ../my äpp.claims/ORDER-1   branch order-1
      next      git claim --reopen ORDER-1, if its work must continue
    exit 4
    "
  `);
});

test('a push moves the branch and renews the claim in one, and the branch follows it from then on', async () => {
  const { here, ada, onHub, field, tip, hub } = await worked();
  const before = onHub(CLAIM);
  // The remote sees one push with both refs.
  hookOnce(hub, 'pre-receive', 'cat >seen');
  expect(await ada('push', 'ORDER-1')).toMatchObject({ code: 0, stderr: '' });
  const seen = readFileSync(join(hub, 'seen'), 'utf8').trimEnd().split('\n');
  expect(seen.map((line) => line.split(' ')[2]).sort()).toEqual([CLAIM, BRANCH]);
  expect(onHub(BRANCH)).toBe(tip);
  expect({ action: field('Action'), session: field('Session'), generation: field('Generation') }).toEqual({
    action: 'renew',
    session: 'ada',
    generation: '1',
  });
  expect(onHub(CLAIM)).not.toBe(before);
  for (const ref of [CLAIM, 'refs/claims-remote/origin/orders/ORDER-1']) expect(here.git(['rev-parse', ref])).toBe(onHub(CLAIM));
  expect(here.git(['rev-parse', '--symbolic-full-name', 'order-1@{upstream}'])).toBe('refs/remotes/origin/order-1');
  expect(here.git(['rev-parse', 'origin/order-1'])).toBe(tip);
  // Nobody tells the holder of a push that it made itself.
  expect((await ada('status')).stderr).not.toContain('origin/order-1');
});

test.for([['push'], ['complete', '--push']])(
  'a claim that is taken between the look and the push keeps the branch where it is: %s',
  async (args) => {
    const it = await worked();
    await it.ada('push', 'ORDER-1');
    const [published, tip, theft] = [it.onHub(BRANCH), it.commit(), theftOf(it, 'ORDER-1')];
    moveMeanwhile(it.hub, CLAIM, theft);
    const lost = { code: 4, stderr: expect.stringMatching(/^you lost ORDER-1: bob.* holds it/m) };
    expect(await it.ada(...args, 'ORDER-1')).toMatchObject(lost);
    // Who lost it before hears it without a push.
    expect(await it.ada(...args, 'ORDER-1')).toMatchObject(lost);
    expect({ branch: it.onHub(BRANCH), claim: it.onHub(CLAIM) }).toEqual({ branch: published, claim: theft });
    expect(it.here.git(['rev-parse', BRANCH])).toBe(tip);
  },
);

test('work and completion land together, or neither: the branch moves meanwhile, or the claim does', async () => {
  const it = await worked();
  await it.ada('push', 'ORDER-1');
  const [before, tip] = [it.onHub(CLAIM), it.commit()];
  // A server that moves the branch in this very moment.
  const other = it.here.git(['commit-tree', '-m', 'other', '-p', it.onHub(BRANCH), `${tip}^{tree}`]);
  it.here.git(['push', '--quiet', it.hub, `${other}:refs/keep/other`]);
  moveMeanwhile(it.hub, BRANCH, other);
  const refused = await it.ada('complete', '--push', 'ORDER-1');
  expect(refused).toMatchObject({
    code: 7,
    stderr: expect.stringContaining('order-1 on origin has commits that this branch lacks'),
  });
  expect({ branch: it.onHub(BRANCH), claim: it.onHub(CLAIM) }).toEqual({ branch: other, claim: before });
  expect(it.here.git(['rev-parse', CLAIM])).toBe(before);
  expect(it.here.git(['for-each-ref', 'refs/claims-remote/origin/unsent', 'refs/claim-done'])).toBe('');
  it.here.git(['--git-dir', it.hub, 'update-ref', BRANCH, `${tip}^`]);
  expect(await it.ada('complete', '--push', 'ORDER-1')).toMatchObject({ code: 0 });
  expect({ branch: it.onHub(BRANCH), state: it.field('State'), tip: it.field('Tip') }).toEqual({
    branch: tip,
    state: 'completed',
    tip,
  });
  expect(it.here.git(['rev-parse', CLAIM, 'refs/claim-done/ORDER-1'])).toBe(`${it.onHub(CLAIM)}\n${tip}`);
});

test('a push whose answer is lost is found there, and counts once', async () => {
  const it = await worked();
  for (const args of [['push'], ['complete', '--push']]) {
    const tip = it.commit();
    hookOnce(it.hub, 'post-receive', 'kill -9 $PPID');
    expect({ args, ...(await it.ada(...args, 'ORDER-1')) }).toMatchObject({ args, code: 0 });
    expect(it.onHub(BRANCH)).toBe(tip);
    expect(it.here.git(['rev-parse', CLAIM])).toBe(it.onHub(CLAIM));
  }
  expect(it.field('State')).toBe('completed');
});

test('a rewritten branch needs --force, which loses no commit that was not seen', async () => {
  const it = await worked();
  await it.ada('push', 'ORDER-1');
  it.here.git(['commit', '--quiet', '--amend', '--allow-empty', '--message', 'rewritten'], it.tree);
  const rewritten = it.here.git(['rev-parse', BRANCH]);
  expect(await it.ada('push', 'ORDER-1')).toMatchObject({ code: 7, stderr: expect.stringContaining('git claim push --force') });
  const theirs = pushedElsewhere(it);
  expect(await it.ada('push', 'ORDER-1', '--force')).toMatchObject({
    code: 7,
    stderr: expect.stringContaining('order-1 on origin is not where it was last seen'),
  });
  expect(it.onHub(BRANCH)).toBe(theirs);
  it.here.git(['fetch', '--quiet', 'origin']);
  expect(await it.ada('push', 'ORDER-1', '--force')).toMatchObject({ code: 0 });
  expect(it.onHub(BRANCH)).toBe(rewritten);
  // As the hook does, which does not run.
  expect((await runAs(it.here, 'carol', ['intents'])).stdout).toContain('force-pushes order-1');
});

test('a remote that cannot move refs together, or refuses, changes nothing', async () => {
  const it = await worked();
  const refs = it.here.git(['--git-dir', it.hub, 'for-each-ref']);
  const isRefused = (said: string) => ({ code: 7, stderr: expect.stringContaining(`error: origin refuses the push: ${said}`) });
  it.here.git(['--git-dir', it.hub, 'config', 'receive.advertiseAtomic', 'false']);
  expect(await it.ada('push', 'ORDER-1')).toMatchObject(isRefused('the receiving end does not support --atomic push'));
  it.here.git(['--git-dir', it.hub, 'config', 'receive.advertiseAtomic', 'true']);
  const hook = '#!/bin/sh\ncase $1 in refs/heads/*) echo "protected" >&2; exit 1 ;; esac\n';
  writeFileSync(join(it.hub, 'hooks/update'), hook, { mode: 0o755 });
  expect(await it.ada('complete', '--push', 'ORDER-1')).toMatchObject(isRefused('protected'));
  expect(it.here.git(['--git-dir', it.hub, 'for-each-ref'])).toBe(refs);
  expect(it.here.git(['rev-parse', CLAIM])).toBe(it.onHub(CLAIM));
});

test('several orders are published together, or none', async () => {
  const it = await worked();
  expect(await it.ada('ORDER-2')).toMatchObject({ code: 0 });
  const second = it.commit(join(`${it.here.repo}.claims`, 'ORDER-2'));
  const theft = theftOf(it, 'ORDER-1');
  const was = it.onHub(CLAIM);
  moveMeanwhile(it.hub, CLAIM, theft);
  expect(await it.ada('push', 'ORDER-1', 'ORDER-2')).toMatchObject({ code: 4 });
  expect(it.onHub('refs/heads/order-2')).toBe('');
  expect(was).not.toBe(it.onHub(CLAIM));
  expect(await it.ada('push', 'ORDER-2')).toMatchObject({ code: 0 });
  expect(it.onHub('refs/heads/order-2')).toBe(second);
});

test('where claims are in another repository, the claim is renewed first and looked at again after the branch', async () => {
  const two = clones();
  const claims = join(two.here.dir, 'claims.git');
  two.here.git(['init', '--quiet', '--bare', claims]);
  for (const { git } of [two.here, two.there]) {
    git(['remote', 'add', 'claims', claims]);
    git(['config', 'claim.remote', 'claims']);
  }
  const it = await worked(two);
  const inClaims = (ref: string) => it.here.git(['--git-dir', claims, 'for-each-ref', '--format=%(objectname)', ref]);
  const first = await it.ada('push', 'ORDER-1');
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('claims are not in that repository') });
  expect({ branch: it.onHub(BRANCH), claim: it.onHub(CLAIM), there: inClaims(BRANCH) }).toEqual({
    branch: it.tip,
    claim: '',
    there: '',
  });
  // Taken while the branch is on its way.
  const tip = it.commit();
  const theft = theftOf({ ...it, hub: claims }, 'ORDER-1');
  hookOnce(
    it.hub,
    'pre-receive',
    `unset GIT_QUARANTINE_PATH GIT_DIR GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
record=$(git --git-dir '${claims}' rev-parse ${CLAIM})
git --git-dir '${claims}' cat-file tag ${theft} | sed "s/^object .*/object $record/" | git --git-dir '${claims}' hash-object -t tag -w --stdin >stolen
git --git-dir '${claims}' update-ref ${CLAIM} "$(cat stolen)"`,
  );
  expect(await it.ada('push', 'ORDER-1')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('ORDER-1 was lost to bob while its branch was on its way, and origin has it now'),
  });
  expect(it.onHub(BRANCH)).toBe(tip);
  it.commit();
  expect(await it.ada('complete', '--push', 'ORDER-1')).toMatchObject({ code: 4 });
  expect(it.onHub(BRANCH)).toBe(tip);
});

test('one repository under two names is one, whatever its address is spelled like', async () => {
  const two = clones();
  two.here.git(['config', 'claim.remote', `file://${two.hub.replace(/\.git$/, '')}.git/`]);
  const it = await worked(two);
  const { stdout } = await it.ada('push', 'ORDER-1', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ pushed: [{ branch: 'order-1', remote: 'origin', commit: it.tip, fenced: true }] });
  expect(it.field('Action')).toBe('renew');
  // A remote of one's own, for branches alone.
  const own = join(two.here.dir, 'own.git');
  it.here.git(['init', '--quiet', '--bare', own]);
  it.here.git(['remote', 'add', 'own', own]);
  it.here.git(['config', 'branch.order-1.pushRemote', 'own']);
  const apart = await it.ada('push', 'ORDER-1', '--json');
  expect(JSON.parse(apart.stdout)).toMatchObject({ pushed: [{ remote: 'own', fenced: false }] });
  expect(it.here.git(['--git-dir', own, 'rev-parse', BRANCH])).toBe(it.tip);
});

test('without claim.remote the claim is checked here, and the branch goes where git pushes it', async () => {
  const sandbox = createSandbox();
  const ada = (...args: string[]) => runAs(sandbox, 'ada', args);
  await ada('ORDER-1');
  const tree = join(`${sandbox.repo}.claims`, 'ORDER-1');
  sandbox.git(['commit', '--quiet', '--allow-empty', '--message', 'work'], tree);
  expect(await ada('push', 'ORDER-1')).toMatchObject({
    code: 129,
    stderr: expect.stringContaining('no remote to push order-1 to'),
  });
  const hub = join(sandbox.dir, 'hub.git');
  sandbox.git(['init', '--quiet', '--bare', hub]);
  sandbox.git(['remote', 'add', 'upstream', hub]);
  expect((await runAs(sandbox, 'bob', ['push', 'ORDER-1'])).code).toBe(4);
  expect(sandbox.git(['--git-dir', hub, 'for-each-ref'])).toBe('');
  expect(await ada('complete', '--push', 'ORDER-1')).toMatchObject({ code: 0 });
  expect(sandbox.git(['--git-dir', hub, 'rev-parse', BRANCH])).toBe(sandbox.git(['rev-parse', 'order-1']));
  // What was completed without its work being published is published by the same command.
  sandbox.git(['--git-dir', hub, 'update-ref', '-d', BRANCH]);
  expect(await ada('complete', '--push', 'ORDER-1')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('completed already, and on upstream'),
  });
  expect(sandbox.git(['--git-dir', hub, 'rev-parse', BRANCH])).toBe(sandbox.git(['rev-parse', 'order-1']));
  await ada('--no-worktree', 'ORDER-2');
  expect(await ada('push', 'ORDER-2')).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('ORDER-2 has no branch to push'),
  });
});

test('the remote is asked first, and without it nothing is published or completed', async () => {
  const it = await worked();
  renameSync(it.hub, `${it.hub}.away`);
  const before = it.here.git(['for-each-ref']);
  for (const args of [['push'], ['complete', '--push'], ['complete']])
    expect(await it.ada(...args, 'ORDER-1')).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('origin cannot be reached'),
    });
  for (const args of [['push'], ['complete', '--push']])
    expect(await it.ada(...args, 'ORDER-1', '--offline')).toMatchObject({ code: 129 });
  expect(it.here.git(['for-each-ref'])).toBe(before);
  expect(await it.ada('complete', 'ORDER-1', '--offline')).toMatchObject({ code: 0 });
});

test('with the hook on the server, a branch moves only by what moves its claim', async () => {
  const it = await worked();
  symlinkSync(join(PACKAGE, 'githooks/server/pre-receive'), join(it.hub, 'hooks/pre-receive'));
  const plain = git(it.here, ['push', '--quiet', 'origin', 'order-1'], { cwd: it.tree, session: 'ada' });
  expect(plain).toEqual({ code: 1, out: expect.stringContaining('git claim push') });
  expect(await it.ada('push', 'ORDER-1')).toMatchObject({ code: 0 });
  const tip = it.commit();
  expect(await it.ada('complete', '--push', 'ORDER-1')).toMatchObject({ code: 0 });
  expect({ branch: it.onHub(BRANCH), state: it.field('State') }).toEqual({ branch: tip, state: 'completed' });
});
