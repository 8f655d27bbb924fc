import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { inParallel, runAs } from '../support/sessions.ts';

const BYTES = Buffer.from(
  '\xef\xbb\xbf---\r\nid: ORDER-1\r\nstatus: "To Do"  # soon\r\ntitle: caf\u00e9\r\n---\r\nstatus: body\r\n',
  'latin1',
);

test('an order file follows its claim, is what it was once the claim has ended, and git sees nothing of that', async () => {
  const sandbox = await withOrder(BYTES);
  const file = order(sandbox);
  chmodSync(file, 0o640);
  const run = async (session: string, ...args: string[]) => {
    await runAs(sandbox, session, args);
    expect(sandbox.git(['status', '--porcelain'])).toBe('');
    return lines(sandbox);
  };
  expect(await run('alice', 'ORDER-1')).toEqual([
    ...['\xef\xbb\xbf---', 'id: ORDER-1', 'status: "In Progress"  # soon', 'claimed_by: alice'],
    ...[expect.stringMatching(/^claimed_at: 2\d{3}-\d\d-\d\dT[\d:]+Z$/), 'title: caf\u00e9', '---', 'status: body', ''],
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o640);
  await run('bob', 'status');
  expect(await run('alice', 'hand', 'ORDER-1', '--to', 'bob')).toContain('claimed_by: bob');
  await run('bob', 'block', 'ORDER-1', '--reason', 'waits');
  await run('bob', 'release', 'ORDER-1');
  expect(readFileSync(file)).toEqual(BYTES);
  await run('bob', 'ORDER-1');
  const done = await run('bob', 'complete', 'ORDER-1');
  expect(done).toEqual(expect.arrayContaining(['status: "Done" # uncommitted (git-claim)  # soon', 'claimed_by: bob']));
  expect(await run('bob', '--reopen', 'ORDER-1')).toContain('status: "In Progress"  # soon');
  await run('bob', 'abandon', 'ORDER-1');
  expect(readFileSync(file)).toEqual(BYTES);
});

test('a finished status that a person makes their own can be committed', async () => {
  const sandbox = await withOrder('---\nstatus: ready\n---\n');
  await runAs(sandbox, 'alice', ['ORDER-1']);
  await runAs(sandbox, 'alice', ['complete', 'ORDER-1']);
  writeFileSync(order(sandbox), readFileSync(order(sandbox), 'utf8').replace(' # uncommitted (git-claim)', ''));
  sandbox.git(['commit', '--quiet', '--all', '--message', 'done']);
  expect(committed(sandbox)).toBe('---\nstatus: complete\n---');
  await runAs(sandbox, 'alice', ['--reopen', 'ORDER-1']);
  await runAs(sandbox, 'alice', ['release', 'ORDER-1']);
  expect(lines(sandbox)).toEqual(['---', 'status: complete', '---', '']);
});

test('what a person writes meanwhile stays, and is all that git sees', async () => {
  const sandbox = await withOrder('---\nstatus: ready\n---\n');
  await runAs(sandbox, 'alice', ['ORDER-1']);
  writeFileSync(order(sandbox), `${readFileSync(order(sandbox), 'utf8').replace('in_progress', 'draft')}more\n`);
  await runAs(sandbox, 'alice', ['renew', 'ORDER-1']);
  sandbox.git(['commit', '--quiet', '--all', '--message', 'words']);
  expect(committed(sandbox)).toBe('---\nstatus: draft\n---\nmore');
  await runAs(sandbox, 'alice', ['release', 'ORDER-1']);
  expect(lines(sandbox)).toEqual(['---', 'status: draft', '---', 'more', '']);
  writeFileSync(order(sandbox), '---\nstatus: In Review\n---\n');
  await runAs(sandbox, 'alice', ['ORDER-1']);
  expect(lines(sandbox)).toContain('status: In Review');
});

/** An upstream that has changed the title, and a branch with more work. Every claim shows in a file meanwhile. */
const EVERYDAY: readonly (readonly [what: string, words: string])[] = [
  ['pull', 'pull -q --no-rebase up main'],
  ['pull --rebase', 'pull -q --rebase up main'],
  ['pull --rebase --autostash', 'pull -q --rebase --autostash up main'],
  ['merge', 'merge -q --no-edit topic'],
  ['merge --ff-only', 'merge -q --ff-only topic'],
  ['switch', 'switch -q topic'],
  ['checkout of a commit', 'checkout -q topic~0'],
  ['rebase', 'rebase -q topic'],
  ['cherry-pick', 'cherry-pick topic'],
  ['reset --hard', 'reset -q --hard topic'],
];

test.each(EVERYDAY)('%s goes as if there were no claim, which shows again afterwards', async (_, words) => {
  const sandbox = await withOrder('---\nstatus: ready\ntitle: a\n---\n');
  const { git, repo, dir } = sandbox;
  git(['switch', '--quiet', '--create', 'topic']);
  writeFileSync(order(sandbox), '---\nstatus: ready\ntitle: b\n---\n- [x] done\n');
  git(['commit', '--quiet', '--all', '--message', 'better title']);
  git(['switch', '--quiet', 'main']);
  git(['clone', '--quiet', '--bare', repo, join(dir, 'up')]);
  git(['--git-dir', join(dir, 'up'), 'update-ref', 'refs/heads/main', git(['rev-parse', 'topic'])]);
  git(['remote', 'add', 'up', join(dir, 'up')]);
  await runAs(sandbox, 'alice', ['ORDER-1']);
  expect(lines(sandbox)).toContain('claimed_by: alice');
  git(words.split(' '));
  expect([git(['status', '--porcelain']), lines(sandbox)]).toEqual([
    '',
    ['---', 'status: ready', 'title: b', '---', '- [x] done', ''],
  ]);
  await runAs(sandbox, 'alice', ['list']);
  expect(lines(sandbox).slice(0, 3)).toEqual(['---', 'status: in_progress', 'claimed_by: alice']);
  expect(git(['status', '--porcelain'])).toBe('');
});

test('commit --all, add and stash take what a person wrote, and nothing of a claim', async () => {
  const sandbox = await withOrder('---\nstatus: ready\n---\n');
  const { git, repo } = sandbox;
  await runAs(sandbox, 'alice', ['ORDER-1']);
  expect(git(['stash'])).toBe('No local changes to save');
  writeFileSync(join(repo, 'other'), '');
  writeFileSync(order(sandbox), `${readFileSync(order(sandbox), 'utf8')}noted\n`);
  git(['stash']);
  expect(git(['show', 'stash@{0}:orders/ORDER-1.md'])).toBe('---\nstatus: ready\n---\nnoted');
  git(['stash', 'pop', '--quiet']);
  git(['add', '--all']);
  git(['commit', '--quiet', '--message', 'noted']);
  expect([committed(sandbox), git(['status', '--porcelain'])]).toEqual(['---\nstatus: ready\n---\nnoted', '']);
});

test('while git holds its index, what was shown before stays known, and git never gets it', async () => {
  const sandbox = await withOrder('---\nstatus: ready\n---\n');
  await runAs(sandbox, 'alice', ['--no-worktree', 'ORDER-1']);
  const lock = join(sandbox.repo, '.git/index.lock');
  writeFileSync(lock, '');
  await runAs(sandbox, 'alice', ['complete', 'ORDER-1']);
  await runAs(sandbox, 'alice', ['--reopen', 'ORDER-1']);
  rmSync(lock);
  expect(sandbox.git(['status', '--porcelain'])).toBe('');
  await runAs(sandbox, 'alice', ['release', 'ORDER-1']);
  expect(readFileSync(order(sandbox), 'utf8')).toBe('---\nstatus: ready\n---\n');
});

test('a file that is half saved loses nothing of what is known of it', async () => {
  const sandbox = await withOrder('---\nstatus: ready\n---\n');
  await runAs(sandbox, 'alice', ['--no-worktree', 'ORDER-1']);
  const whole = readFileSync(order(sandbox));
  for (const half of ['', '---\nstatus: in_progress\nclaimed_by: alice\n']) {
    writeFileSync(order(sandbox), half);
    await runAs(sandbox, 'alice', ['renew', 'ORDER-1']);
    await runAs(sandbox, 'bob', ['list']);
    expect(readFileSync(order(sandbox), 'utf8')).toBe(half);
  }
  writeFileSync(order(sandbox), whole);
  expect(sandbox.git(['status', '--porcelain'])).toBe('');
  await runAs(sandbox, 'alice', ['release', 'ORDER-1']);
  expect(readFileSync(order(sandbox), 'utf8')).toBe('---\nstatus: ready\n---\n');
});

test('a tool that writes the front matter anew, renames the file and commits takes none of the lines of a claim along', async () => {
  const sandbox = await withOrder(
    "---\nid: task-7\ntitle: 'Import: fast'\nstatus: To Do\n---\n",
    'backlog/tasks/task-7 - Import.md',
  );
  const { git, repo } = sandbox;
  git(['config', 'claim.orders', 'backlog/{tasks,completed}/*.md']);
  await runAs(sandbox, 'alice', ['init']);
  await runAs(sandbox, 'alice', ['TASK-7']);
  const [from, to] = ['backlog/tasks/task-7 - Import.md', 'backlog/completed/task-7 - Import it.md'];
  expect(readFileSync(join(repo, from), 'utf8')).toContain('status: In Progress\nclaimed_by: alice\n');
  mkdirSync(join(repo, 'backlog/completed'));
  git(['mv', from, to]);
  // It knows no key but its own. The status may be what it was told to write, so it is the file's.
  writeFileSync(join(repo, to), '---\nid: task-7\ntitle: Import it\nstatus: In Progress\nassignee: []\n---\n\nText.\n');
  git(['add', '--all']);
  git(['commit', '--quiet', '--message', 'by a tool']);
  await runAs(sandbox, 'alice', ['list']);
  expect([readFileSync(join(repo, to), 'utf8'), git(['status', '--porcelain'])]).toEqual([
    expect.stringContaining('status: In Progress\nassignee: []\nclaimed_by: alice\n'),
    '',
  ]);
  await runAs(sandbox, 'alice', ['release', 'TASK-7']);
  expect([readFileSync(join(repo, to), 'utf8'), git(['status', '--porcelain'])]).toEqual([
    `${git(['show', `HEAD:${to}`])}\n`,
    '',
  ]);
});

test('a status that somebody commits with the very word that a claim shows stays theirs', async () => {
  const sandbox = await withOrder('---\nstatus: ready\n---\n');
  const { git } = sandbox;
  git(['switch', '--quiet', '--create', 'topic']);
  writeFileSync(order(sandbox), '---\nstatus: in_progress\n---\n');
  git(['commit', '--quiet', '--all', '--message', 'begun by hand']);
  git(['switch', '--quiet', 'main']);
  await runAs(sandbox, 'alice', ['--no-worktree', 'ORDER-1']);
  git(['merge', '--quiet', '--no-edit', 'topic']);
  touch(order(sandbox));
  expect(git(['status', '--porcelain'])).toBe('');
  await runAs(sandbox, 'alice', ['list']);
  expect([lines(sandbox).slice(0, 3), git(['status', '--porcelain'])]).toEqual([
    ['---', 'status: in_progress', 'claimed_by: alice'],
    '',
  ]);
  await runAs(sandbox, 'alice', ['release', 'ORDER-1']);
  expect([lines(sandbox), git(['status', '--porcelain'])]).toEqual([['---', 'status: in_progress', '---', ''], '']);
});

test('a file with the lines of a claim keeps them from git by any name, and another file keeps its own', async () => {
  const sandbox = await withOrder('---\nid: ORDER-1\nstatus: ready\n---\nText.\n');
  const { git, repo } = sandbox;
  await runAs(sandbox, 'alice', ['--no-worktree', 'ORDER-1']);
  const others = ['ORDER-1-notes.md', "a 'b' %f $(x)\n.md", '-f.md'].map((name) => join('orders', name));
  for (const file of others) writeFileSync(join(repo, file), '---\nid: NOTE-1\nstatus: in_progress\nclaimed_at: now\n---\n');
  git(['mv', 'orders/ORDER-1.md', 'orders/a fix.md']);
  git(['add', '--all']);
  git(['commit', '--quiet', '--message', 'a better name']);
  expect(git(['show', 'HEAD:orders/a fix.md'])).toBe('---\nid: ORDER-1\nstatus: ready\n---\nText.');
  expect(others.map((file) => git(['show', `HEAD:${file}`]))).toEqual(
    Array(3).fill('---\nid: NOTE-1\nstatus: in_progress\nclaimed_at: now\n---'),
  );
  await runAs(sandbox, 'alice', ['release', 'ORDER-1']);
  expect([readFileSync(join(repo, 'orders/a fix.md'), 'utf8'), git(['status', '--porcelain'])]).toEqual([
    '---\nid: ORDER-1\nstatus: ready\n---\nText.\n',
    '',
  ]);
});

test('without init the first claim that shows in a tracked file installs the filter alone, says so, and uninstall ends that', async () => {
  const sandbox = await withOrder('---\nstatus: ready\n---\n', 'orders/ORDER-1.md', false);
  const { git, repo } = sandbox;
  appendFileSync(join(repo, '.git/info/exclude'), '*.no\n');
  const files = ['config', 'info/exclude', 'info/attributes', 'git-claim.config', 'claim/installed.json'];
  const state = () =>
    files.map((file) => (existsSync(join(repo, '.git', file)) ? readFileSync(join(repo, '.git', file), 'latin1') : null));
  const before = state();
  const first = await runAs(sandbox, 'alice', ['ORDER-1']);
  expect(first.stderr).toContain('orders/ORDER-1.md shows the claim, and git does not see that: a filter is installed');
  expect([lines(sandbox), git(['status', '--porcelain'])]).toEqual([expect.arrayContaining(['claimed_by: alice']), '']);
  expect(git(['config', '--list', '--local', '--includes', '--name-only'])).not.toMatch(/^(?:claim|hook)|hookspath/m);
  expect((await runAs(sandbox, 'alice', ['release', 'ORDER-1'])).stderr).not.toContain('filter');
  expect((await runAs(sandbox, 'bob', ['ORDER-1'])).stderr).not.toContain('filter');
  expect(existsSync(join(repo, '.git/hooks/pre-commit'))).toBe(false);
  await runAs(sandbox, 'alice', ['init', '--uninstall']);
  expect([state(), lines(sandbox)]).toEqual([before, ['---', 'status: ready', '---', '']]);
  await runAs(sandbox, 'bob', ['renew', 'ORDER-1']);
  await runAs(sandbox, 'bob', ['release', 'ORDER-1']);
  await runAs(sandbox, 'bob', ['ORDER-1']);
  expect([state(), lines(sandbox)]).toEqual([before, ['---', 'status: ready', '---', '']]);
  await runAs(sandbox, 'alice', ['init']);
  await runAs(sandbox, 'bob', ['renew', 'ORDER-1']);
  expect([lines(sandbox), git(['status', '--porcelain'])]).toEqual([expect.arrayContaining(['claimed_by: bob']), '']);
});

test('init after that adds the rest, and one uninstall takes both back', async () => {
  const sandbox = await withOrder('---\nstatus: ready\n---\n', 'orders/ORDER-1.md', false);
  const { git, repo } = sandbox;
  const config = readFileSync(join(repo, '.git/config'), 'latin1');
  await runAs(sandbox, 'alice', ['ORDER-1']);
  const unsure = await runAs(sandbox, 'alice', ['doctor', '--json']);
  expect(JSON.parse(unsure.stdout).findings).toContainEqual(expect.objectContaining({ kind: 'not-set-up' }));
  await runAs(sandbox, 'alice', ['init']);
  expect([git(['config', 'claim.hooks']), git(['status', '--porcelain'])]).toEqual([expect.stringContaining('mode=soft'), '']);
  const { stdout } = await runAs(sandbox, 'alice', ['doctor', '--json']);
  expect(JSON.parse(stdout).findings.filter(({ kind }: { kind: string }) => ['hooks', 'not-set-up'].includes(kind))).toEqual([]);
  await runAs(sandbox, 'alice', ['init', '--uninstall']);
  expect(readFileSync(join(repo, '.git/config'), 'latin1')).toBe(config);
  expect(
    ['info/attributes', 'git-claim.config', 'claim/installed.json'].filter((file) => existsSync(join(repo, '.git', file))),
  ).toEqual([]);
});

test('nothing is installed where nothing is to be shown, where a file has a filter, and where that cannot be written', async () => {
  const sandbox = await withOrder('---\nstatus: ready\n---\n', 'orders/ORDER-1.md', false);
  const { git, repo } = sandbox;
  const config = readFileSync(join(repo, '.git/config'), 'latin1');
  const isBare = () =>
    readFileSync(join(repo, '.git/config'), 'latin1') === config &&
    ['info/attributes', 'git-claim.config', 'claim/installed.json'].every((file) => !existsSync(join(repo, '.git', file)));
  const claimed = async () => {
    const { code, stderr } = await runAs(sandbox, 'alice', ['--no-worktree', 'ORDER-1']);
    await runAs(sandbox, 'alice', ['release', 'ORDER-1']);
    expect([code, stderr, lines(sandbox)]).toEqual([0, '', ['---', 'status: ready', '---', '']]);
    return isBare();
  };
  writeFileSync(join(repo, '.git/config.lock'), '');
  expect(await claimed()).toBe(true);
  rmSync(join(repo, '.git/config.lock'));
  // What keeps a sandboxed process from writing, seen from within.
  mkdirSync(join(repo, '.git/git-claim.config'));
  await claimed();
  rmdirSync(join(repo, '.git/git-claim.config'));
  expect(isBare()).toBe(true);
  writeFileSync(join(repo, '.git/info/attributes'), '*.md filter=crypt\n');
  await claimed();
  expect(readFileSync(join(repo, '.git/info/attributes'), 'utf8')).toBe('*.md filter=crypt\n');
  rmSync(join(repo, '.git/info/attributes'));
  writeFileSync(order(sandbox), 'No front matter.\n');
  await runAs(sandbox, 'alice', ['--no-worktree', 'ORDER-1']);
  await runAs(sandbox, 'alice', ['release', 'ORDER-1']);
  renameSync(order(sandbox), join(repo, 'real.md'));
  symlinkSync('../real.md', order(sandbox));
  git(['add', '--all']);
  await runAs(sandbox, 'alice', ['--no-worktree', 'ORDER-1']);
  await runAs(sandbox, 'alice', ['release', 'ORDER-1']);
  git(['reset', '--quiet', '--hard']);
  expect(isBare()).toBe(true);
  git(['config', 'claim.mirror', 'none']);
  await claimed();
  expect(existsSync(join(repo, '.git/git-claim.config'))).toBe(false);
});

test('a claim shows in a file that git does not track yet, which is committed without it; not where the index leaves entries out', async () => {
  const sandbox = createSandbox();
  const { repo, git } = sandbox;
  mkdirSync(join(repo, 'orders'));
  for (const n of [2, 3]) writeFileSync(join(repo, `orders/ORDER-${n}.md`), '---\nstatus: ready\n---\n');
  writeFileSync(join(repo, '.git/info/exclude'), 'ORDER-3.md\n');
  const before = git(['status', '--porcelain', '--ignored']);
  for (const n of [2, 3]) await runAs(sandbox, 'alice', [`ORDER-${n}`]);
  expect(git(['status', '--porcelain', '--ignored'])).toBe(before);
  const shown = [2, 3].map((n) => readFileSync(join(repo, `orders/ORDER-${n}.md`), 'utf8').includes('claimed_by'));
  expect([shown, existsSync(join(repo, '.git/git-claim.config'))]).toEqual([[true, true], true]);
  git(['add', 'orders']);
  git(['commit', '-q', '-m', 'orders']);
  expect(git(['show', 'HEAD:orders/ORDER-2.md'])).toBe('---\nstatus: ready\n---');
  expect(git(['status', '--porcelain'])).toBe('');
  git(['update-index', '--split-index']);
  await runAs(sandbox, 'alice', ['renew', 'ORDER-2']);
  expect(readFileSync(join(repo, 'orders/ORDER-2.md'), 'utf8')).toBe('---\nstatus: ready\n---\n');
});

test('a lock on the index that a killed process left is told by doctor, and removed by any other command', async () => {
  const { repo, ...sandbox } = await withOrder('---\nstatus: ready\n---\n', 'orders/ORDER-1.md', false);
  const [lock, draft] = ['index.lock', 'index.git-claim-99999999'].map((name) => join(repo, '.git', name)) as [string, string];
  const leave = () => {
    writeFileSync(draft, '');
    linkSync(draft, lock);
    touch(draft);
  };
  leave();
  const { stdout } = await runAs({ repo, ...sandbox }, 'alice', ['doctor', '--json']);
  expect(JSON.parse(stdout).findings).toContainEqual(expect.objectContaining({ kind: 'lock', place: lock }));
  await runAs({ repo, ...sandbox }, 'alice', ['doctor', '--fix']);
  expect([lock, draft].filter(existsSync)).toEqual([]);
  leave();
  await runAs({ repo, ...sandbox }, 'alice', ['path']);
  expect([lock, draft].filter(existsSync)).toEqual([]);
});

test('what is shown of a claim whose ref somebody deleted is taken back by the next look', async () => {
  const sandbox = await withOrder('---\nstatus: ready\n---\n');
  await runAs(sandbox, 'alice', ['--no-worktree', 'ORDER-1']);
  await runAs(sandbox, 'alice', ['--no-worktree', 'ORDER-2']);
  sandbox.git(['-c', 'core.hooksPath=/dev/null', 'update-ref', '-d', 'refs/claims/ORDER-1']);
  await runAs(sandbox, 'bob', ['list']);
  expect([lines(sandbox), sandbox.git(['status', '--porcelain'])]).toEqual([['---', 'status: ready', '---', ''], '']);
});

test('doctor says where order files cannot show claims', async () => {
  const sandbox = await withOrder('---\nstatus: ready\n---\n');
  sandbox.git(['update-index', '--split-index']);
  const { stdout } = await runAs(sandbox, 'alice', ['doctor', '--json']);
  expect(JSON.parse(stdout).findings).toContainEqual(
    expect.objectContaining({ kind: 'mirror', severity: 'info', message: expect.stringContaining('show no claims') }),
  );
});

test('a copy of a repository writes into none of the worktrees of the original', async () => {
  const sandbox = await withOrder('---\nstatus: ready\n---\n');
  const { git, repo, dir } = sandbox;
  git(['config', 'claim.mirror', 'worktree']);
  await runAs(sandbox, 'alice', ['ORDER-1']);
  const theirs = `${repo}.claims/ORDER-1/orders/ORDER-1.md`;
  const before = readFileSync(theirs);
  expect(before.includes('claimed_by: alice')).toBe(true);
  const copy = join(dir, 'copy');
  cpSync(repo, copy, { recursive: true });
  const stamp = statSync(theirs, { bigint: true }).mtimeNs;
  const there = { ...sandbox, repo: copy };
  await runAs(there, 'alice', ['release', 'ORDER-1']);
  await runAs(there, 'bob', ['ORDER-1']);
  await runAs(there, 'bob', ['complete', 'ORDER-1']);
  git(['-c', 'core.hooksPath=/dev/null', 'update-ref', '-d', 'refs/claims/ORDER-1'], copy);
  await runAs(there, 'bob', ['list']);
  await runAs(there, 'bob', ['init', '--uninstall']);
  expect([readFileSync(theirs), statSync(theirs, { bigint: true }).mtimeNs]).toEqual([before, stamp]);
  await runAs(sandbox, 'alice', ['release', 'ORDER-1']);
  expect(readFileSync(theirs, 'utf8')).toBe('---\nstatus: ready\n---\n');
});

test('uninstalled, the files are what they were; where only the package is gone, git does not see the claim', async () => {
  const sandbox = await withOrder(BYTES);
  const { git, repo } = sandbox;
  await runAs(sandbox, 'alice', ['ORDER-1']);
  // The filter needs nothing of the package.
  expect([git(['config', 'filter.git-claim.clean']), git(['status', '--porcelain'])]).toEqual([
    expect.not.stringContaining('githooks'),
    '',
  ]);
  await runAs(sandbox, 'alice', ['init', '--uninstall']);
  expect([readFileSync(order(sandbox)), git(['status', '--porcelain'])]).toEqual([BYTES, '']);
  expect([existsSync(join(repo, '.git/info/attributes')), git(['config', '--list']).includes('filter.git-claim')]).toEqual([
    false,
    false,
  ]);
});

test('attributes that somebody removed are found by doctor, and until then claims show in no tracked file', async () => {
  const sandbox = await withOrder(BYTES);
  const { git, repo } = sandbox;
  await runAs(sandbox, 'alice', ['ORDER-1']);
  rmSync(join(repo, '.git/info/attributes'));
  await runAs(sandbox, 'alice', ['renew', 'ORDER-1']);
  expect([readFileSync(order(sandbox)), git(['status', '--porcelain'])]).toEqual([BYTES, '']);
  const { stdout } = await runAs(sandbox, 'alice', ['doctor', '--json']);
  expect(JSON.parse(stdout).findings).toContainEqual(
    expect.objectContaining({ kind: 'hooks', message: expect.stringContaining('attributes'), remedy: 'git claim init' }),
  );
  await runAs(sandbox, 'alice', ['init']);
  await runAs(sandbox, 'alice', ['renew', 'ORDER-1']);
  expect([lines(sandbox), git(['status', '--porcelain'])]).toEqual([expect.arrayContaining(['claimed_by: alice']), '']);
});

test('a filter that order files go through already stays theirs', async () => {
  const sandbox = await withOrder('---\nstatus: ready\n---\n', 'orders/ORDER-1.md', false);
  const { git, repo } = sandbox;
  writeFileSync(join(repo, '.gitattributes'), '*.md filter=crypt\n');
  const { stdout } = await runAs(sandbox, 'alice', ['init']);
  expect(stdout).toContain('order files go through the git filter crypt, so they do not show claims');
  await runAs(sandbox, 'alice', ['ORDER-1']);
  expect(git(['check-attr', 'filter', 'orders/ORDER-1.md'])).toMatch(/: crypt$/);
  expect(lines(sandbox)).toEqual(['---', 'status: ready', '---', '']);
});

test('where and what can be configured, and a worktree with such lines can be removed', async () => {
  const sandbox = await withOrder('---\nstatus: ready\n---\n');
  const { git } = sandbox;
  git(['config', 'claim.mirrorFields', 'claimed_by, lease_expires_at']);
  git(['config', 'claim.mirror', 'worktree']);
  await runAs(sandbox, 'alice', ['ORDER-1']);
  expect(lines(sandbox)).toEqual(['---', 'status: ready', '---', '']);
  const tree = `${sandbox.repo}.claims/ORDER-1`;
  expect(readFileSync(join(tree, 'orders/ORDER-1.md'), 'utf8')).toMatch(
    /^---\nstatus: ready\nclaimed_by: alice\nlease_expires_at: 2\S+Z\n---\n$/,
  );
  expect(git(['status', '--porcelain'], tree)).toBe('');
  writeFileSync(join(tree, 'work'), '');
  git(['add', 'work'], tree);
  git(['commit', '--quiet', '--all', '--message', 'work'], tree);
  const completed = await runAs(sandbox, 'alice', ['complete', 'ORDER-1', '--json']);
  expect(JSON.parse(completed.stdout).warnings).toEqual([]);
  git(['merge', '--quiet', '--ff-only', git(['branch', '--show-current'], tree)]);
  expect(await runAs(sandbox, 'alice', ['worktree', 'remove', 'ORDER-1'])).toMatchObject({ code: 0, stderr: '' });
  git(['config', 'claim.mirror', 'everywhere']);
  expect((await runAs(sandbox, 'alice', ['ORDER-2'])).code).toBe(129);
  git(['config', 'claim.mirror', 'main']);
  git(['config', 'claim.mirrorFields', 'owner']);
  expect((await runAs(sandbox, 'alice', ['ORDER-2'])).stderr).toContain('"owner" is not a field of a claim');
});

test('a file that cannot be written fails no claim, and is not reached through a link that leads out', async () => {
  const sandbox = createSandbox();
  const outside = join(sandbox.dir, 'outside.md');
  writeFileSync(outside, '---\nstatus: ready\n---\n');
  mkdirSync(join(sandbox.repo, 'orders'));
  symlinkSync(outside, order(sandbox));
  const claimed = await runAs(sandbox, 'alice', ['ORDER-1', '--json']);
  expect({ code: claimed.code, ...JSON.parse(claimed.stdout) }).toMatchObject({
    code: 0,
    claims: [{ state: 'active' }],
    warnings: [{ code: 'not-mirrored', message: expect.stringContaining('orders/ORDER-1.md leads out of the worktree') }],
  });
  expect(readFileSync(outside, 'utf8')).toBe('---\nstatus: ready\n---\n');
});

test('without a cache a file follows its claim all the same, and is what it was again', async () => {
  const sandbox = await withOrder('---\nstatus: To Do\n---\n');
  rmSync(join(sandbox.repo, '.git/claim/cache.db'), { force: true });
  mkdirSync(join(sandbox.repo, '.git/claim/cache.db'));
  await runAs(sandbox, 'alice', ['ORDER-1']);
  expect(lines(sandbox)).toEqual(expect.arrayContaining(['status: In Progress', 'claimed_by: alice']));
  await runAs(sandbox, 'alice', ['complete', 'ORDER-1']);
  await runAs(sandbox, 'alice', ['--reopen', 'ORDER-1']);
  await runAs(sandbox, 'alice', ['release', 'ORDER-1']);
  expect(lines(sandbox)).toEqual(['---', 'status: To Do', '---', '']);
});

test('sessions that claim and release at once leave a file that says what stands', async () => {
  const sandbox = await withOrder('---\nstatus: ready\n---\n');
  const sessions = Array.from({ length: 6 }, (_, at) => `s${at}`);
  await inParallel(sessions, 6, async (session) => {
    for (let round = 0; round < 3; round += 1) {
      const { code } = await runAs(sandbox, session, ['--no-worktree', 'ORDER-1']);
      if (code === 0 && round < 2) await runAs(sandbox, session, ['release', 'ORDER-1']);
    }
  });
  const { stdout } = await runAs(sandbox, 'carol', ['status', 'ORDER-1', '--json']);
  const [claim] = JSON.parse(stdout).claims;
  const held = claim.state === 'active' ? `claimed_by: ${claim.session}` : 'status: ready';
  expect(lines(sandbox).slice(1, 3)).toContain(held);
});

async function withOrder(content: string | Buffer, file = 'orders/ORDER-1.md', isSetUp = true): Promise<Sandbox> {
  const sandbox = createSandbox();
  mkdirSync(join(sandbox.repo, dirname(file)), { recursive: true });
  writeFileSync(join(sandbox.repo, file), content);
  sandbox.git(['add', '.']);
  sandbox.git(['commit', '--quiet', '--message', 'an order']);
  if (isSetUp) await runAs(sandbox, 'alice', ['init']);
  return sandbox;
}

function order(sandbox: Sandbox): string {
  return join(sandbox.repo, 'orders/ORDER-1.md');
}

function touch(file: string): void {
  utimesSync(file, 1_000_000_000, 1_000_000_000);
}

function lines(sandbox: Sandbox): string[] {
  return readFileSync(order(sandbox), 'latin1').split(/\r?\n/);
}

function committed(sandbox: Sandbox): string {
  return sandbox.git(['show', 'HEAD:orders/ORDER-1.md']);
}
