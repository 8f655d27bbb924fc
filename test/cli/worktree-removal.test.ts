import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

test('the default branch is never deleted with a tree', async () => {
  const { sandbox, trunk, say } = place();
  await say('alice', ['--no-worktree', 'ORDER-1'], trunk);
  await say('alice', ['complete', 'ORDER-1'], trunk);
  expect(await say('alice', ['worktree', 'remove', 'ORDER-1'])).toMatchObject({ code: 0 });
  expect(sandbox.git(['for-each-ref', '--format=%(refname:short)', 'refs/heads/main'])).toBe('main');
});

test('a tree is removed from within, and its merged branch with it; where no branch is the default one, its branch stays', async () => {
  const { sandbox, trunk, say } = place();
  await say('alice', ['ORDER-1']);
  await say('alice', ['release', 'ORDER-1']);
  const tree = join(sandbox.dir, 'my äpp.claims', 'ORDER-1');
  const answer = await say('alice', ['worktree', 'remove', 'ORDER-1'], tree);
  expect(answer).toMatchObject({ code: 0, stderr: '' });
  expect(answer.stdout).toContain('branch order-1 was merged, so it is deleted too');
  sandbox.git(['worktree', 'remove', trunk]);
  sandbox.git(['branch', '--quiet', '-D', 'main']);
  await say('alice', ['ORDER-1']);
  sandbox.git(['commit', '--quiet', '--allow-empty', '--message', 'work'], tree);
  await say('alice', ['release', 'ORDER-1']);
  const removed = await say('alice', ['worktree', 'remove', 'ORDER-1'], tree);
  expect(removed).toMatchObject({ code: 0, stdout: expect.stringContaining('branch order-1 stays: 1 commit is not merged') });
  expect(existsSync(tree)).toBe(false);
});

test('a claim whose tree was removed says so, and what makes it again', async () => {
  const { say } = place();
  await say('alice', ['ORDER-1']);
  await say('alice', ['worktree', 'remove', 'ORDER-1']);
  const remedy = /gone: git claim worktree add ORDER-1/;
  const shown = [await say('alice', []), await say('alice', ['status', 'ORDER-1'])].map(({ stdout }) => stdout);
  expect(shown).toEqual([expect.stringMatching(remedy), expect.stringMatching(remedy)]);
  expect(shown[1]).toContain('branch    order-1\n');
  await say('alice', ['worktree', 'add', 'ORDER-1']);
  expect((await say('alice', ['status', 'ORDER-1'])).stdout).not.toContain('gone');
});

test('an ended claim does not name a tree that was removed', async () => {
  const { say } = place();
  await say('alice', ['ORDER-1']);
  await say('alice', ['release', 'ORDER-1']);
  expect((await say('bob', ['list', '--all'])).stdout).toContain('my äpp.claims/ORDER-1');
  await say('alice', ['worktree', 'remove', 'ORDER-1']);
  for (const args of [
    ['list', '--all'],
    ['status', 'ORDER-1'],
    ['complete', 'ORDER-1'],
  ])
    expect((await say('bob', args)).transcript.replace(/^\$.*\n/, '')).not.toContain('my äpp.claims/ORDER-1');
});

test('a tree that another live claim names is not removed', async () => {
  const { trunk, say } = place();
  await say('alice', ['--no-worktree', 'ORDER-1'], trunk);
  await say('bob', ['--no-worktree', 'ORDER-2'], trunk);
  await say('alice', ['complete', 'ORDER-1'], trunk);
  const answer = await say('alice', ['worktree', 'remove', 'ORDER-1']);
  expect(answer).toMatchObject({ code: 3, stderr: expect.stringContaining('ORDER-2 is held by bob') });
  expect(answer.stderr).toMatch(/next +its holder works there; git claim status ORDER-2 tells more\n$/);
  expect(existsSync(trunk)).toBe(true);
});

test('a repository inside the tree, which no ref could keep, is not removed even when everything else is saved', async () => {
  const { sandbox, say } = place();
  await say('alice', ['ORDER-1']);
  const tree = join(sandbox.dir, 'my äpp.claims', 'ORDER-1');
  const inner = join(tree, 'inner');
  mkdirSync(inner);
  sandbox.git(['init', '--quiet'], inner);
  writeFileSync(join(inner, 'work'), 'of days');
  sandbox.git(['add', '.'], inner);
  sandbox.git(['commit', '--quiet', '--message', 'days'], inner);
  const answer = await say('alice', ['worktree', 'remove', '--save', 'ORDER-1']);
  expect(answer).toMatchObject({ code: 4, stderr: expect.stringContaining('inner is a repository of its own') });
  expect(existsSync(join(inner, 'work'))).toBe(true);
});

test('work that was staged in a tree whose maker was killed is saved before the tree is finished', async () => {
  const { sandbox, say } = place();
  writeFileSync(join(sandbox.repo, 'file'), 'first\n');
  sandbox.git(['add', 'file']);
  sandbox.git(['commit', '--quiet', '--message', 'file']);
  await runCli(sandbox, ['--on', 'HEAD', 'ORDER-1'], {
    env: { GIT_CLAIM_SESSION: 'alice', GIT_CLAIM_CRASH_AT: 'before file worktree lock' },
  });
  const tree = join(sandbox.dir, 'my äpp.claims', 'ORDER-1');
  writeFileSync(join(tree, 'file'), 'a day of work\n');
  sandbox.git(['add', 'file'], tree);
  expect(await say('alice', ['ORDER-1'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('is kept as refs/claim-rescue/'),
  });
  const ref = sandbox.git(['for-each-ref', '--format=%(refname)', 'refs/claim-rescue']);
  expect(sandbox.git(['show', `${ref}:file`])).toBe('a day of work');
});

test('a maker that nobody can see has half an hour, and then its tree is finished by whoever claims', async () => {
  const { sandbox, say } = place();
  await runCli(sandbox, ['ORDER-1'], {
    env: { GIT_CLAIM_SESSION: 'alice', GIT_CLAIM_CRASH_AT: 'before file worktree lock' },
  });
  const lock = join(sandbox.repo, '.git/worktrees/ORDER-1/locked');
  writeFileSync(lock, readFileSync(lock, 'utf8').replace(/\/[0-9]+\)/, '/4026539999)'));
  const hourAgo = new Date(Date.now() - 3_600_000);
  utimesSync(lock, hourAgo, hourAgo);
  expect(await say('alice', ['ORDER-1'])).toMatchObject({ code: 0 });
  expect(readFileSync(lock, 'utf8')).toBe('git-claim ORDER-1 generation 1 by alice');
});

test('a tree stays locked for one order when another one that was worked on there ends', async () => {
  const { sandbox, trunk, say } = place();
  sandbox.git(['checkout', '--quiet', '-b', 'feature'], trunk);
  await say('alice', ['--no-worktree', 'ORDER-1'], trunk);
  await say('alice', ['--no-worktree', 'ORDER-2'], trunk);
  await say('alice', ['release', 'ORDER-1'], trunk);
  expect(sandbox.git(['worktree', 'list', '--porcelain'])).toContain('locked git-claim ORDER-2 ');
});

/** A repository whose default branch is checked out in a linked worktree, as beside a bare repository. */
function place() {
  const sandbox = createSandbox();
  const trunk = join(sandbox.dir, 'trunk');
  sandbox.git(['checkout', '--quiet', '-b', 'side']);
  sandbox.git(['worktree', 'add', '--quiet', trunk, 'main']);
  const say = (who: string, args: readonly string[], cwd = sandbox.repo) =>
    runCli(sandbox, args, { cwd, env: { GIT_CLAIM_SESSION: who } });
  /** Claims an order and commits a file of that name and content; returns the commit. */
  const work = async (order: string, text: string, ...options: string[]) => {
    await say('alice', [...options, order]);
    const tree = treeOf(sandbox, order);
    writeFileSync(join(tree, text), text);
    sandbox.git(['add', '--all'], tree);
    sandbox.git(['commit', '--quiet', '--message', text], tree);
    return sandbox.git(['rev-parse', 'HEAD'], tree);
  };
  return { sandbox, trunk, say, work };
}

test('finished work outlives its branch: its commit has a ref until it is merged, and then that ref goes', async () => {
  const { sandbox, trunk, say, work } = place();
  const tip = await work('ORDER-1', 'precious');
  await say('alice', ['complete', 'ORDER-1']);
  expect(doneRefs(sandbox)).toBe(`${tip} refs/claim-done/ORDER-1`);
  sandbox.git(['reset', '--quiet', '--hard', 'main'], treeOf(sandbox, 'ORDER-1'));
  const removed = await say('bob', ['worktree', 'remove', 'ORDER-1']);
  expect(removed.stdout).toContain('branch order-1 stays');
  expect(removed.stdout).toContain('is not on its branch, and not merged: git merge refs/claim-done/ORDER-1 takes it in');
  expect(doneRefs(sandbox)).toBe(`${tip} refs/claim-done/ORDER-1`);
  sandbox.git(['merge', '--quiet', tip], trunk);
  await work('ORDER-2', 'other');
  await say('alice', ['complete', 'ORDER-2']);
  expect(doneRefs(sandbox)).not.toContain('ORDER-1');
});

test('work that is merged when its order is completed needs no ref, and work that is completed again has the newest', async () => {
  const { sandbox, say, work } = place();
  await say('alice', ['ORDER-1']);
  await say('alice', ['complete', 'ORDER-1']);
  expect(doneRefs(sandbox)).toBe('');
  for (const text of ['first', 'second']) {
    const tip = await work('ORDER-1', text, '--reopen');
    await say('alice', ['complete', 'ORDER-1']);
    expect(doneRefs(sandbox)).toBe(`${tip} refs/claim-done/ORDER-1`);
  }
});

test('a completion that left no ref, as older versions did, is given one by the same command', async () => {
  const { sandbox, say, work } = place();
  const tip = await work('ORDER-1', 'precious');
  await say('alice', ['complete', 'ORDER-1']);
  sandbox.git(['update-ref', '-d', 'refs/claim-done/ORDER-1']);
  expect((await say('alice', ['complete', 'ORDER-1'])).stdout).toContain('completed already');
  expect(doneRefs(sandbox)).toBe(`${tip} refs/claim-done/ORDER-1`);
});

test('what git cannot tell is unknown, and never nothing', async () => {
  const { sandbox, say } = place();
  await say('alice', ['ORDER-1']);
  const tree = treeOf(sandbox, 'ORDER-1');
  sandbox.git(['switch', '--quiet', '--detach'], tree);
  sandbox.git(['commit', '--quiet', '--allow-empty', '--message', 'work'], tree);
  // A ref to a commit that is gone makes every walk over all refs fail.
  mkdirSync(join(sandbox.repo, '.git/refs/remotes/origin'), { recursive: true });
  writeFileSync(join(sandbox.repo, '.git/refs/remotes/origin/gone'), `${'1'.repeat(40)}\n`);
  for (const save of [[], ['--save']]) {
    const answer = await say('alice', ['worktree', 'remove', ...save, 'ORDER-1']);
    expect(answer).toMatchObject({ code: 128, stderr: expect.stringContaining('git cannot tell what is in ') });
    expect(existsSync(join(tree, '.git'))).toBe(true);
  }
});

test('a worktree in which something goes on writing is put back, with everything that was written meanwhile', async () => {
  const { sandbox, say } = place();
  await say('alice', ['ORDER-1']);
  const tree = treeOf(sandbox, 'ORDER-1');
  // It writes where it is, also when that folder is moved.
  const script = 'i=0; : >log; while [ $i -lt 2000 ]; do i=$((i+1)); echo $i >"w-$i"; echo $i >>log; sleep 0.002; done';
  const writer = spawn('sh', ['-c', script], { cwd: tree, stdio: 'ignore' });
  const ended = new Promise((done) => writer.on('close', done));
  await new Promise((done) => setTimeout(done, 200));
  const answer = await say('alice', ['worktree', 'remove', '--save', 'ORDER-1']);
  writer.kill();
  await ended;
  expect(answer).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/changed after it was looked at, so it stays: .*w-[0-9]+/),
  });
  const numbers = readdirSync(tree).flatMap((name) => (name.startsWith('w-') ? [Number(name.slice(2))] : []));
  expect(numbers.sort((one, other) => one - other)).toEqual(Array.from({ length: numbers.length }, (_, at) => at + 1));
  expect(readdirSync(`${sandbox.repo}.claims`)).toEqual(['ORDER-1']);
});

test('a worktree that another tool has locked is left to it', async () => {
  const { sandbox, say } = place();
  await say('alice', ['ORDER-1']);
  await say('alice', ['release', 'ORDER-1']);
  const tree = treeOf(sandbox, 'ORDER-1');
  sandbox.git(['worktree', 'lock', '--reason', 'other tool at work', tree]);
  const answer = await say('alice', ['worktree', 'remove', 'ORDER-1']);
  expect(answer).toMatchObject({ code: 4, stderr: expect.stringContaining('is locked: other tool at work') });
  expect(answer.stderr).toContain(`git worktree unlock ${tree}`);
});

test('several worktrees are removed, or none', async () => {
  const { sandbox, say } = place();
  for (const order of ['ORDER-1', 'ORDER-2', 'ORDER-3']) await say('alice', [order]);
  writeFileSync(join(treeOf(sandbox, 'ORDER-2'), 'new'), 'work');
  const refused = await say('alice', ['worktree', 'remove', 'ORDER-1', 'ORDER-2']);
  expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining('1 changed file (new)') });
  expect(existsSync(treeOf(sandbox, 'ORDER-1'))).toBe(true);
  const removed = await say('alice', ['worktree', 'remove', 'ORDER-1', 'ORDER-3', '--json']);
  const { removals, kept } = JSON.parse(removed.stdout) as { removals: { order: string }[]; kept: unknown[] };
  expect([removals.map(({ order }) => order), kept]).toEqual([['ORDER-1', 'ORDER-3'], []]);
  expect(existsSync(treeOf(sandbox, 'ORDER-3'))).toBe(false);
});

test('merged worktrees are pruned in one go; what stays is said, with the reason', async () => {
  const { sandbox, trunk, say, work } = place();
  writeFileSync(join(sandbox.repo, '.git/info/exclude'), '.env\n');
  const tips = [await work('ORDER-1', 'one'), await work('ORDER-2', 'two')];
  await work('ORDER-3', 'three');
  for (const order of ['ORDER-1', 'ORDER-2', 'ORDER-3']) await say('alice', ['complete', order]);
  for (const order of ['ORDER-4', 'ORDER-5']) await say('alice', [order]);
  await say('alice', ['release', 'ORDER-5']);
  writeFileSync(join(treeOf(sandbox, 'ORDER-2'), '.env'), 'KEY=1');
  writeFileSync(join(treeOf(sandbox, 'ORDER-5'), 'new'), 'work');
  sandbox.git(['merge', '--quiet', ...tips], trunk);
  const answer = await say('bob', ['worktree', 'prune', '--merged']);
  expect(answer.transcript.replace(/it was at [0-9a-f]+/, 'it was at <tip>')).toMatchInlineSnapshot(`
    "$ git claim worktree prune --merged
    removed ../my äpp.claims/ORDER-1
      branch order-1 was merged, so it is deleted too; it was at <tip>
    kept ../my äpp.claims/ORDER-2: ignored files exist nowhere else: .env
    kept ../my äpp.claims/ORDER-3: 1 commit is not merged
    kept ../my äpp.claims/ORDER-4: alice works there
    kept ../my äpp.claims/ORDER-5: <dir>/my äpp.claims/ORDER-5 has work that would be lost: 1 changed file (new)
    exit 0
    "
  `);
  expect(existsSync(treeOf(sandbox, 'ORDER-1'))).toBe(false);
  expect(existsSync(treeOf(sandbox, 'ORDER-2'))).toBe(true);
});

test.for(['before file move worktree', 'after file move worktree', 'half file discard worktree', 'draft file discard worktree'])(
  'a removal that is killed (%s) is put back by the next claim, with all its files, or finished',
  async (label) => {
    const { sandbox, say, work } = place();
    const tip = await work('ORDER-1', 'precious');
    await say('alice', ['release', 'ORDER-1']);
    const env = { GIT_CLAIM_SESSION: 'alice', GIT_CLAIM_CRASH_AT: label };
    await runCli(sandbox, ['worktree', 'remove', 'ORDER-1'], { env });
    const again = await say('alice', ['ORDER-1']);
    expect(again.code).toBe(0);
    if (!label.startsWith('draft')) expect(again.stderr).toContain('because its removal was cut short');
    const tree = treeOf(sandbox, 'ORDER-1');
    expect(readFileSync(join(tree, 'precious'), 'utf8')).toBe('precious');
    expect(sandbox.git(['status', '--porcelain'], tree)).toBe('');
    expect(sandbox.git(['rev-parse', 'HEAD'], tree)).toBe(tip);
    expect(readdirSync(`${sandbox.repo}.claims`)).toEqual(['ORDER-1']);
    expect(sandbox.git(['worktree', 'list', '--porcelain'])).toContain('locked git-claim ORDER-1 generation 2 by alice\n');
  },
);

function doneRefs({ git }: Sandbox): string {
  return git(['for-each-ref', '--format=%(objectname) %(refname)', 'refs/claim-done']);
}

function treeOf({ repo }: Sandbox, order: string): string {
  return join(`${repo}.claims`, order);
}
