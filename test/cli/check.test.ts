import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

type Row = { readonly kind: string; readonly severity: string; readonly order: string | null; readonly paths: string[] };

async function check(sandbox: Sandbox, session: string, args: readonly string[] = [], cwd = sandbox.repo) {
  const { stdout, code } = await runCli(sandbox, ['check', '--json', ...args], { env: { GIT_CLAIM_SESSION: session }, cwd });
  const findings = (JSON.parse(stdout) as { findings: (Row & { message: string; session: string | null })[] }).findings;
  return { code, findings, kinds: findings.map(({ kind, severity, order }) => `${severity} ${kind} ${order}`) };
}

/** Commits with this message on a branch of its own, dated `agoS` seconds ago. */
function commit(sandbox: Sandbox, branch: string, message: string, agoS: number, file = 'file'): void {
  const seconds = Math.floor(Date.now() / 1000) - agoS;
  const text = `commit refs/heads/${branch}\ncommitter Eve\u001b[31m <e@x> ${seconds} +0000\ndata ${Buffer.byteLength(message)}\n${message}\n`;
  const from =
    sandbox.git(['for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`]) || sandbox.git(['rev-parse', 'HEAD']);
  const stream = `${text}from ${from}\nM 644 inline "${file}"\ndata 1\nx\n`;
  writeFileSync(join(sandbox.dir, 'stream'), stream);
  sandbox.git(['-c', `alias.import=!git fast-import --quiet --force <"${join(sandbox.dir, 'stream')}"`, 'import']);
}

test('commits of others on all refs, by trailer, branch and subject; below a tip whose clock was wrong, and with a hostile message', async () => {
  const sandbox = createSandbox();
  commit(sandbox, 'side', 'one\n\nOrder: order-1\nClaim-Session: bob\n', 60, 'src/a');
  commit(sandbox, 'side', 'own\n\nClaim-Session: ada\n', 50);
  commit(sandbox, 'order-2-x', 'two', 40);
  commit(sandbox, 'other', 'for ORDER-1 \u001b[2J\u0001 and \u0007', 30, 'new\\nline');
  commit(sandbox, 'old', 'long ago ORDER-1', 3_000);
  commit(sandbox, 'skewed', 'below ORDER-1', 20);
  commit(sandbox, 'skewed', 'dated wrongly', 800_000_000);
  sandbox.git(['update-ref', 'refs/elsewhere/x', 'side']);
  sandbox.git(['update-ref', 'refs/claims/some/thing', 'side']);
  const { findings, kinds, code } = await check(sandbox, 'ada', ['ORDER-1']);
  expect({ code, kinds: kinds.filter((kind) => kind.includes('recent')) }).toEqual({
    code: 0,
    kinds: ['warn recent-commit ORDER-1', 'warn recent-commit ORDER-1', 'warn recent-commit ORDER-1', 'info recent-commit null'],
  });
  expect(findings.map(({ message }) => message).join('\n')).toMatch(/below ORDER-1[\s\S]*for ORDER-1[\s\S]*bob committed/);
  expect(findings.filter(({ kind }) => kind === 'branch-exists')).toEqual([]);
  const { stdout } = await runCli(sandbox, ['check', 'ORDER-1'], { env: { GIT_CLAIM_SESSION: 'ada' } });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may come through
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  expect((await check(sandbox, 'ada', ['--since', '2h'])).findings).toHaveLength(5);
});

test('what lies about: uncommitted files here and beside, worktrees and branches of the order, claims, order files', async () => {
  const sandbox = createSandbox();
  const say = (session: string, ...args: string[]) => runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session } });
  mkdirSync(join(sandbox.repo, 'orders'));
  for (const [id, status] of [
    ['ORDER-1', 'in_progress'],
    ['ORDER-2', 'complete'],
    ['ORDER-3', 'ready'],
  ])
    writeFileSync(join(sandbox.repo, `orders/${id}.md`), `---\nid: ${id}\nstatus: ${status}\n---\n`);
  writeFileSync(join(sandbox.repo, 'left'), '');
  utimesSync(join(sandbox.repo, 'left'), 1e9, 1e9);
  await say('bob', 'status');
  await say('bob', 'ORDER-3');
  // Seconds tell who was here first.
  await sleep(1_000);
  writeFileSync(join(`${sandbox.repo}.claims`, 'ORDER-3/changed'), '');
  commit(sandbox, 'order-1-fix', 'work', 3_000);
  sandbox.git(['worktree', 'add', '--quiet', '../tree', 'order-1-fix']);
  const { code, kinds, findings } = await check(sandbox, 'ada', ['ORDER-1']);
  expect({ code, kinds }).toEqual({
    code: 0,
    kinds: [
      'warn branch-exists ORDER-1',
      'warn dirty-worktree null',
      'warn worktree-exists ORDER-1',
      'warn legacy-in-progress ORDER-1',
      'info live-claim ORDER-3',
      'info dirty-worktree ORDER-3',
    ],
  });
  expect(findings.filter(({ kind }) => kind === 'dirty-worktree')).toMatchObject([
    { paths: ['left'], session: null },
    { paths: ['changed'], session: 'bob' },
  ]);
  expect(findings.map(({ message }) => message)).toContain(
    `uncommitted changes by bob at ${sandbox.dir}/my äpp.claims/ORDER-3: changed`,
  );
  const { stdout } = await runCli(sandbox, ['check', 'ORDER-1'], { env: { GIT_CLAIM_SESSION: 'ada' } });
  expect(stdout.match(/\bat \.\..*$/gm)).toEqual(['at ../tree', 'at ../my äpp.claims/ORDER-3: changed']);
  expect(await check(sandbox, 'ada', ['ORDER-2'])).toMatchObject({ code: 5 });
  expect(await check(sandbox, 'ada', ['ORDER-3'])).toMatchObject({ code: 5 });
  expect((await check(sandbox, 'bob')).kinds).toEqual(['warn dirty-worktree null', 'info legacy-in-progress ORDER-1']);
});

test('a claim hears what was found before it is made, and is refused where the work is done or its files are claimed', async () => {
  const sandbox = createSandbox();
  const say = async (session: string, ...args: string[]) =>
    `${session}${(await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session } })).transcript.replace(/exit 0\n$/, '')}`;
  mkdirSync(join(sandbox.repo, 'orders'));
  for (const [id, more] of [
    ['ORDER-1', 'status: done'],
    ['ORDER-2', 'status: ready\npaths: [src/auth]'],
    ['ORDER-3', 'status: in_progress'],
  ])
    writeFileSync(join(sandbox.repo, `orders/${id}.md`), `---\nid: ${id}\n${more}\n---\n`);
  commit(sandbox, 'main', 'ORDER-4: shipped\n\nClaim-Session: bob\n', 10);
  const said = [
    await say('bob', 'path', 'src/auth/login.ts'),
    await say('ada', '--no-worktree', 'ORDER-1'),
    await say('ada', '--no-worktree', 'ORDER-2'),
    await say('ada', '--no-worktree', 'ORDER-4'),
    await say('ada', '--no-worktree', '--reopen', 'ORDER-4'),
    await say('ada', '--no-worktree', 'ORDER-4'),
    await say('bob', 'intent', 'force-push main'),
    await say('ada', '--no-worktree', 'ORDER-3'),
    await say('ada', 'session', 'start'),
  ];
  expect(said.join('\n').replace(/\b[0-9a-f]{10}\b/g, '<commit>')).toMatchInlineSnapshot(`
    "bob$ git claim path src/auth/login.ts
    path src/auth/login.ts is yours (ttl 15m, renewed by each of your commands)
      next      git claim path --release src/auth/login.ts, when you are done with it

    ada$ git claim --no-worktree ORDER-1
    stderr:
    ORDER-1 is already done, according to orders/ORDER-1.md
      instead   pick another one: git claim next; if this work must continue, git claim --reopen ORDER-1
    exit 5

    ada$ git claim --no-worktree ORDER-2
    stderr:
    ORDER-2 collides with other work: src/auth/login.ts, which your order is about, is claimed by bob: last heartbeat <age> ago
      instead   pick another one: git claim next; git claim paths shows who works where
    exit 5

    ada$ git claim --no-worktree ORDER-4
    stderr:
    ORDER-4 is already on main by bob: <commit> ORDER-4: shipped
      instead   pick another one: git claim next; if this work must continue, git claim --reopen ORDER-4
    exit 5

    ada$ git claim --no-worktree --reopen ORDER-4
    ORDER-4 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  here
      next      git claim complete ORDER-4, when its work is done
    stderr:
    warn   left uncommitted here before this session began: file (<age> ago)
    warning: ORDER-4 has no order file here, but other orders do

    ada$ git claim --no-worktree ORDER-4
    ORDER-4 is yours already (generation 1), in this worktree
      worktree  here
      next      git claim complete ORDER-4, when its work is done

    bob$ git claim intent 'force-push main'
    announced: force-push main
      next      other sessions hear it at their next command or commit; git claim intents lists what is announced

    ada$ git claim --no-worktree ORDER-3
    ORDER-3 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  here
      next      git claim complete ORDER-3, when its work is done
    stderr:
    warn   legacy: ORDER-3 is in progress by its file orders/ORDER-3.md, but nobody claimed it: a session without git claim may work on it
    warning: bob announced: force-push main (<age> ago)
    warning: orders/ORDER-3.md shows the claim, and git does not see that: a filter is installed in this repository; git claim init --uninstall removes it

    ada$ git claim session start
    you are ada, here since <when> (its process is not watched)
      holds     ORDER-3 ORDER-4
    1 other is here
    bob  person  unknown  -  seen <when>  here
    warn   ORDER-4 is already on main by bob: <commit> ORDER-4: shipped (<age> ago)
    warn   left uncommitted here before this session began: file (<age> ago)
    warn   bob announced: force-push main (<age> ago)
    "
  `);
});

test('a commit is told with its author, on the branch that it belongs to; what was made in this worktree is not told', async () => {
  const sandbox = createSandbox();
  const now = `${Math.floor(Date.now() / 1000)} +0000`;
  const made = { ...sandbox.env, GIT_AUTHOR_DATE: now, GIT_COMMITTER_DATE: now };
  const git = (...args: string[]) => execFileSync('git', args, { cwd: sandbox.repo, env: made });
  git('commit', '-q', '--allow-empty', '-m', 'mine, by hand');
  expect((await check(sandbox, 'ada')).kinds).toEqual([]);
  commit(sandbox, 'main', 'theirs', 20);
  // A branch that began there, with a younger commit, and one that is at the very commit.
  commit(sandbox, 'order-1-fix', 'on it', 5);
  sandbox.git(['branch', 'order-2', 'main']);
  const messages = (await check(sandbox, 'ada')).findings
    .filter(({ kind }) => kind === 'recent-commit')
    .map(({ message }) => message);
  expect(messages.map((message) => message.replace(/ [0-9a-f]{10} /, ' '))).toEqual([
    'Eve\u001b[31m committed on order-1-fix: on it',
    'Eve\u001b[31m committed on main: theirs',
  ]);
  expect((await check(sandbox, 'ada', ['ORDER-2'])).kinds).not.toContain('warn recent-commit ORDER-2');
  const said = (await runCli(sandbox, ['--no-worktree', 'ORDER-2'], { env: { GIT_CLAIM_SESSION: 'ada' } })).transcript;
  expect(said).not.toContain('for ORDER-2');
});

test('a commit from which a branch began is no collision with what is done on it; a later one is', async () => {
  const sandbox = createSandbox();
  const orders = join(sandbox.repo, 'orders');
  mkdirSync(orders);
  writeFileSync(join(orders, 'ORDER-1.md'), '---\nid: ORDER-1\npaths: [src]\n---\n');
  commit(sandbox, 'main', 'theirs', 20, 'a.txt');
  commit(sandbox, 'main', 'theirs too', 20, 'src/b');
  sandbox.git(['reset', '--quiet', '--hard']);
  const say = async (...args: string[]) => (await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: 'ada' } })).transcript;
  expect(await say('status', 'ORDER-1')).not.toContain('you work on too');
  expect(await say('ORDER-1')).not.toContain('you work on too');
  const tree = join(`${sandbox.repo}.claims`, 'ORDER-1');
  for (const name of ['a.txt', 'c.txt']) writeFileSync(join(tree, name), 'mine');
  const collisions = async (cwd = tree) =>
    (await check(sandbox, 'ada', [], cwd)).findings.flatMap(({ severity, kind, message }) =>
      severity === 'warn' && kind === 'recent-commit' ? message.replace(/ [0-9a-f]{10} /, ' ') : [],
    );
  expect([await collisions(), await collisions(sandbox.repo)]).toEqual([[], []]);
  const start = await runCli(sandbox, ['session', 'start'], { env: { GIT_CLAIM_SESSION: 'ada' }, cwd: tree });
  expect(start.transcript).not.toContain('you work on too');
  commit(sandbox, 'main', 'and again', 0, 'c.txt');
  const later = ['Eve\u001b[31m committed on main, to c.txt, which you work on too: and again'];
  expect(await collisions()).toEqual(later);
  const now = { GIT_COMMITTER_DATE: `${Math.floor(Date.now() / 1000)} +0000` };
  const merge = ['merge', '--quiet', '-s', 'ours', '--message', 'both', 'main'];
  execFileSync('git', merge, { cwd: tree, env: { ...sandbox.env, ...now } });
  expect(await collisions()).toEqual([]);
});

test('what was dirty or staged before a session began is a warning at its start, at its first claim and in a check', async () => {
  const sandbox = createSandbox();
  writeFileSync(join(sandbox.repo, 'kept'), '');
  writeFileSync(join(sandbox.repo, 'gone'), '');
  mkdirSync(join(sandbox.repo, 'part'));
  writeFileSync(join(sandbox.repo, 'part/file'), '');
  sandbox.git(['add', '.']);
  sandbox.git(['commit', '-q', '-m', 'files']);
  rmSync(join(sandbox.repo, 'gone'));
  writeFileSync(join(sandbox.repo, 'staged'), 'x');
  sandbox.git(['add', 'staged']);
  writeFileSync(join(sandbox.repo, 'kept'), 'changed');
  const say = async (session: string, ...args: string[]) =>
    (await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session } })).transcript;
  const warning = /warn {3}left uncommitted here before this session began: gone, kept, staged \(<age> ago\)/;
  expect(await say('ada', 'session', 'start')).toMatch(warning);
  // In the second of the start, and the session's own. A deleted file is as old as the last change of its folder.
  writeFileSync(join(sandbox.repo, 'part/own'), '');
  expect(await say('ada', 'check')).toMatch(warning);
  // The next session hears who left what: only what changed while ada was seen here.
  await sleep(1_000);
  await say('ada', 'check');
  const claimed = await say('eve', '--no-worktree', 'ORDER-9');
  expect(claimed).toMatch(warning);
  expect(claimed).toMatch(/warn {3}left uncommitted here by ada: part\/own \(<age> ago\)/);
  expect(await say('eve', '--no-worktree', 'ORDER-8')).not.toContain('left uncommitted');
  // Once its folder has changed, nothing tells when a file was deleted: by the one before, or by oneself.
  expect(await say('eve', 'check')).toMatch(warning);
  rmSync(join(sandbox.repo, 'part/file'));
  writeFileSync(join(sandbox.repo, 'later'), '');
  const checked = await say('eve', 'check');
  expect(checked).toMatch(/warn {3}left uncommitted here before this session began: kept, staged/);
  expect(checked).toContain('info   deleted here, before this session began or since: gone, part/file');
  // Where a session stands as it claims its first worktree, too, and at no later claim. Two were here when it changed.
  const whose = /warn {3}left uncommitted here before this session began: /;
  expect(await say('zoe', 'ORDER-7')).toMatch(whose);
  expect(await say('zoe', 'ORDER-6')).not.toMatch(whose);
  // Whatever the session did before, and without what it has changed since.
  await say('kim', 'list');
  writeFileSync(join(sandbox.repo, 'own'), '');
  const first = await say('kim', '--no-worktree', 'ORDER-5');
  expect(first).toMatch(/warn {3}left uncommitted here /);
  expect(first).not.toMatch(/ own\b/);
  await say('kim', 'release', 'ORDER-5');
  expect(await say('kim', '--no-worktree', 'ORDER-4')).not.toContain('left uncommitted');
});

test('what another session left in the worktree of an order that it gave back is named to who claims it next', async () => {
  const sandbox = createSandbox();
  const say = async (session: string, ...args: string[]) =>
    (await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session } })).transcript;
  await say('bob', 'ORDER-1');
  // In the second of the claim, which may be too early for a name.
  writeFileSync(join(`${sandbox.repo}.claims`, 'ORDER-1/half'), '');
  await say('bob', 'release', 'ORDER-1');
  expect(await say('ada', 'ORDER-1')).toMatch(
    /warn {3}left uncommitted at \.\.\/my äpp\.claims\/ORDER-1(?: by bob)?: half \(<age> ago\)/,
  );
});

test('what was uncommitted in a worktree that is older than any claim is told by the claim that continues there, each file once', async () => {
  const sandbox = createSandbox();
  const tree = join(`${sandbox.repo}.claims`, 'ORDER-1');
  sandbox.git(['worktree', 'add', '--quiet', '-b', 'order-1', tree]);
  for (const file of ['half', 'kept']) writeFileSync(join(tree, file), '');
  sandbox.git(['add', 'kept'], tree);
  sandbox.git(['commit', '--quiet', '--message', 'kept'], tree);
  sandbox.git(['rm', '--quiet', '--cached', 'kept'], tree);
  const { stderr, stdout } = await runCli(sandbox, ['ORDER-1'], { env: { GIT_CLAIM_SESSION: 'ada' } });
  expect(stderr + stdout).toMatch(/warn {3}left uncommitted at \.\.\/my äpp\.claims\/ORDER-1: half, kept \(\d+s ago\)/);
});

test('an order whose ref nobody understands is not free', async () => {
  const sandbox = createSandbox();
  sandbox.git(['update-ref', 'refs/claims/ORDER-1', 'HEAD']);
  const { code, stdout } = await runCli(sandbox, ['check', 'ORDER-1'], { env: { GIT_CLAIM_SESSION: 'ada' } });
  expect({ code, stdout }).toEqual({
    code: 5,
    stdout: 'block  ORDER-1 is foreign or cannot be read, and counts as taken: it is a commit, not an annotated tag\n',
  });
});
