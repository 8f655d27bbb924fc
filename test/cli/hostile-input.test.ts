import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contentsOf, controlIn } from '../support/gently.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, PACKAGE, type Sandbox } from '../support/sandbox.ts';

const ALICE = { GIT_CLAIM_SESSION: 'alice' };
const ESCAPES = '\x1b[2J\x1b]0;title\x07\x9b31m\u202egnp.exe\u200b\r\x08';

/** A repository in which nothing may change, and a file that would exist if anything hostile were executed. */
const sandbox = createSandbox();
const CANARY = join(sandbox.dir, 'canary');
const RUNS = `$(touch '${CANARY}')`;

async function refused(args: readonly string[], env: Record<string, string> = ALICE, where: Sandbox = sandbox) {
  const before = contentsOf(join(where.repo, '.git'));
  const result = await runCli(where, args, { env });
  expect(contentsOf(join(where.repo, '.git'))).toEqual(before);
  expect(controlIn(result)).toBeNull();
  expect(existsSync(CANARY)).toBe(false);
  expect(existsSync(join(where.dir, 'my äpp.claims'))).toBe(false);
  return result;
}

test.each([
  ['a path', '../x', '"../x" is not an order id: only ASCII letters, digits, ".", "_" and "-" are allowed'],
  ['an absolute path', '/etc/passwd', '"/etc/passwd" is not an order id: only ASCII'],
  ['a command substitution', RUNS, 'is not an order id: only ASCII'],
  ['backticks', '`id`', '"`id`" is not an order id'],
  ['a line break', 'ORDER-1\nORDER-2', '"ORDER-1\\nORDER-2" is not an order id'],
  ['a trailing line break', 'ORDER-1\n', '"ORDER-1\\n" is not an order id'],
  ['ten kilobytes', `ORDER-${'1'.repeat(10_000)}`, '..." is not an order id: it is longer than 64 characters'],
  ['.lock', '.lock', '".lock" is not an order id'],
  ['a lock of a claim', 'ORDER-1.lock', '"ORDER-1.lock" is not an order id: git does not allow it in a ref name'],
  ['a lock in capitals', 'ORDER-1.LOCK', '"ORDER-1.LOCK" is not an order id: git does not allow it'],
  ['a reflog entry', 'ORDER-1@{1}', '"ORDER-1@{1}" is not an order id'],
  ['@{', '@{', '"@{" is not an order id'],
  ['a revision', 'ORDER-1^', '"ORDER-1^" is not an order id'],
  ['two dots', 'ORDER-1..2', '"ORDER-1..2" is not an order id: git does not allow it in a ref name'],
  ['a dot at the end', 'ORDER-1.', '"ORDER-1." is not an order id'],
  ['a Cyrillic О', 'ОRDER-7', 'is not an order id: only ASCII'],
  ['a full-width digit', 'ORDER-７', 'is not an order id: only ASCII'],
  ['a long s', 'ORſER-7', 'is not an order id: only ASCII'],
  ['a dotless i, which is not I', 'lınear-1', 'is not an order id: only ASCII'],
  ['escape sequences', `ORDER-1${ESCAPES}`, 'is not an order id: only ASCII'],
  ['nothing', '', '"" is not an order id: it is empty'],
  ['a space', ' ', '" " is not an order id'],
  ['a glob', 'ORDER-*', '"ORDER-*" is not an order id'],
  ['no number', 'ORDER', '"ORDER" is not an order id: it does not match'],
])('%s is no order', async (_, id, complaint) => {
  const { code, stdout, stderr } = await refused(['claim', '--', id]);
  expect({ code, stdout }).toEqual({ code: 129, stdout: '' });
  expect(stderr).toContain(complaint);
  expect(stderr.length).toBeLessThan(500);
});

test('every command that takes an order refuses what is none in the same way', async () => {
  const commands = [
    ...['status', 'log', 'renew', 'release', 'complete', 'abandon', 'unblock'].map((name) => [name]),
    ...[
      ['block', '--reason', 'x'],
      ['hand', '--to', 'bob'],
      ['worktree', 'add'],
      ['worktree', 'remove'],
    ],
  ];
  for (const command of commands) {
    const { code, stderr } = await refused([...command, '--', `${RUNS}${ESCAPES}`]);
    expect([command, code, stderr.split('\n').length]).toEqual([command, 129, 3]);
  }
});

test.each([
  ['an unknown flag', ['-n'], "unknown option '-n'"],
  ['a mistyped --help', ['--helpp'], "unknown option '--helpp' (Did you mean --help?)"],
  ['a mistyped option', ['ORDER-1', '--no-wortree'], "unknown option '--no-wortree' (Did you mean --no-worktree?)"],
  ['escape sequences', [`--${ESCAPES}`], 'unknown option'],
  ['ten kilobytes', [`--${'x'.repeat(10_000)}`], 'unknown option'],
  ['an option without its value', ['ORDER-1', '--session'], "option '--session <id>' argument missing"],
  ['a word that every object has', ['constructor'], 'git claim has no command "constructor"'],
  ['the prototype of all objects', ['help', '__proto__'], 'git claim has no command "__proto__"'],
  ['a mistyped command', ['reelase', 'ORDER-1'], 'did you mean git claim release?'],
  [
    'a mistyped verb',
    ['worktree', '../x'],
    'git claim worktree takes list, add <order>, setup <order>, trust, remove <order>... or prune',
  ],
  ['an operand too many', ['list', RUNS], 'list takes no orders'],
])('%s is bad usage', async (_, args, complaint) => {
  const { code, stdout, stderr } = await refused(args);
  expect({ code, stdout }).toEqual({ code: 129, stdout: '' });
  expect(stderr).toContain(complaint);
  expect(stderr.length).toBeLessThan(600);
});

test.each([
  ['--session', ['--session', `x${ESCAPES}`], {}, '--session is not a session id'],
  ['--session', ['--session', ''], {}, '--session is not a session id: ""'],
  ['--session', ['--session', 'two words'], {}, '--session is not a session id: "two words"'],
  ['--session', ['--session', 'a\nb'], {}, '--session is not a session id: "a\\x0ab"'],
  ['--session', ['--session', 'x'.repeat(10_000)], {}, '--session is not a session id'],
  ['GIT_CLAIM_SESSION', [], { GIT_CLAIM_SESSION: `x${ESCAPES}` }, 'GIT_CLAIM_SESSION is not a session id'],
  ['CLAUDE_CODE_SESSION_ID', [], { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: `x${ESCAPES}` }, 'no session is known: '],
  ['--anchor', ['--anchor', `${ESCAPES}1`], ALICE, 'the anchor'],
  ['--anchor', ['--anchor', ''], ALICE, 'the anchor "" is not a process id'],
  ['--anchor', ['--anchor', '-1'], ALICE, 'the anchor "-1" is not a process id'],
  ['--anchor', ['--anchor', '0'], ALICE, 'the anchor "0" is not a process id'],
  ['--anchor', ['--anchor', '9999999999'], ALICE, 'the anchor, process 9999999999, is not running'],
  ['GIT_CLAIM_ANCHOR', [], { ...ALICE, GIT_CLAIM_ANCHOR: RUNS }, 'the anchor'],
  ['--on', ['--on', `${RUNS}${ESCAPES}`], ALICE, '--on'],
  ['--on', ['--on', '-n'], ALICE, '--on "-n" names no commit'],
  ['--on', ['--on', ''], ALICE, '--on "" names no commit'],
  ['--on', ['--on', '--output=/tmp/x'], ALICE, '--on "--output=/tmp/x" names no commit'],
  ['--on', ['--on', 'x'.repeat(10_000)], ALICE, '--on "xxxx'],
])('%s %#: a value that cannot be one is refused', async (_, args, env, complaint) => {
  const { code, stdout, stderr } = await refused(['ORDER-1', ...args], env);
  expect({ code, stdout }).toEqual({ code: 129, stdout: '' });
  expect(stderr).toContain(complaint);
  expect(stderr.length).toBeLessThan(600);
});

test('a receiver nobody knows gets nothing', async () => {
  const own = createSandbox();
  await runCli(own, ['ORDER-1', '--no-worktree'], { env: ALICE });
  const before = own.git(['rev-parse', 'refs/claims/ORDER-1']);
  for (const to of [`bob${ESCAPES}`, RUNS, '', '-n', 'x'.repeat(10_000), 'alice']) {
    const result = await runCli(own, ['hand', 'ORDER-1', '--to', to], { env: ALICE });
    expect([to.slice(0, 9), result.code, controlIn(result), result.stderr.length < 500]).toEqual([
      to.slice(0, 9),
      129,
      null,
      true,
    ]);
  }
  expect(own.git(['rev-parse', 'refs/claims/ORDER-1'])).toBe(before);
});

test('a reason is one plain line wherever it is shown', async () => {
  const own = createSandbox();
  await runCli(own, ['ORDER-1', '--no-worktree'], { env: ALICE });
  const reason = `waits\n\nGit-Claim: 2\nState: released\n-----BEGIN PGP SIGNATURE-----\n${ESCAPES} ${RUNS} ${'😀'.repeat(2_000)}`;
  const blocked = await runCli(own, ['block', 'ORDER-1', '--reason', reason], { env: ALICE });
  const shown = await runCli(own, ['status', 'ORDER-1', '--json'], { env: ALICE });
  const [claim] = (JSON.parse(shown.stdout) as { claims: { state: string; note: string }[] }).claims;
  expect([blocked, shown].map((result) => [result.code, controlIn(result)])).toEqual([
    [0, null],
    [0, null],
  ]);
  expect(claim).toMatchObject({
    state: 'blocked',
    note: expect.stringMatching(/^waits Git-Claim: 2 State: released .*\p{L}*😀$/u),
  });
  for (const empty of ['', ' \n\t', '\u200b']) {
    expect((await runCli(own, ['block', 'ORDER-1', '--reason', empty], { env: ALICE })).code).toBe(129);
  }
  expect(existsSync(CANARY)).toBe(false);
});

test('order-7 and ORDER-7 are one order', async () => {
  const own = createSandbox();
  const first = await runCli(own, ['order-7', '--no-worktree'], { env: ALICE });
  const second = await runCli(own, ['ORDER-7', '--no-worktree'], { env: { GIT_CLAIM_SESSION: 'bob' } });
  const both = await runCli(own, ['Order-8', 'oRDER-8', 'ORDER-8', '--no-worktree'], { env: ALICE });
  expect([first.code, second.code, both.code]).toEqual([0, 3, 0]);
  expect(own.git(['for-each-ref', '--format=%(refname)', 'refs/claims'])).toBe('refs/claims/ORDER-7\nrefs/claims/ORDER-8');
});

test.each([
  ['claim.idPattern', '(', 'claim.idPattern is not a regular expression'],
  ['claim.idPattern', '([A-Za-z]+)*[0-9]', 'claim.idPattern takes too long to match'],
  ['claim.refPrefix', 'refs/heads/', 'claim.refPrefix "refs/heads/" cannot hold claims'],
  ['claim.refPrefix', 'refs/heads/claims/', 'claim.refPrefix "refs/heads/claims/" cannot hold claims'],
  ['claim.refPrefix', 'refs/worktree/claims/', 'claim.refPrefix "refs/worktree/claims/" cannot hold claims'],
  ['claim.refPrefix', 'refs/bisect/claims', 'claim.refPrefix "refs/bisect/claims" cannot hold claims'],
  ['claim.refPrefix', '../..', 'claim.refPrefix "../.." cannot hold claims'],
  ['claim.refPrefix', 'refs/../../x/', 'cannot hold claims'],
  ['claim.refPrefix', 'refs/tags/', 'cannot hold claims'],
  ['claim.refPrefix', `refs/${ESCAPES}/`, 'cannot hold claims'],
  ['claim.refPrefix', '', 'cannot hold claims'],
  ['claim.worktrees', '../trees', 'claim.worktrees "../trees" has no <order> in it'],
  ['claim.worktrees', '', 'claim.worktrees "" has no <order> in it'],
  ['claim.worktrees', RUNS, 'has no <order> in it'],
  ['claim.heartbeat', 'banana', 'claim.heartbeat: "banana" is not a duration'],
  ['claim.heartbeat', '-1s', 'claim.heartbeat: "-1s" is not a duration'],
  ['claim.heartbeat', '1e99', 'is not a duration'],
  ['claim.heartbeat', '0', 'claim.expireAfter and claim.grace must be above zero'],
  ['claim.heartbeat', '10h', 'the lease cannot work: claim.staleAfter must be longer than claim.heartbeat'],
  ['claim.grace', '1s', 'the lease cannot work: claim.grace must be at least two polls'],
  ['claim.expireAfter', '1m', 'the lease cannot work: claim.expireAfter must be at least'],
  ['claim.historyKeep', `${ESCAPES}`, 'claim.historyKeep'],
])('a bad %s (%#) is refused before anything is written', async (key, value, complaint) => {
  const own = createSandbox();
  own.git(['config', key, value]);
  const { code, stdout, stderr } = await refused(['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-1'], ALICE, own);
  expect({ code, stdout }).toEqual({ code: 129, stdout: '' });
  expect(stderr).toContain(complaint);
});

test('a folder for worktrees may be called anything', async () => {
  const own = createSandbox();
  own.git(['config', 'claim.worktrees', `../${RUNS.replaceAll('/', '_')} <repo>\n<order>`]);
  const claimed = await runCli(own, ['ORDER-1'], { env: ALICE });
  const again = await runCli(own, ['ORDER-1'], { env: ALICE });
  expect([claimed.code, again.code, controlIn(claimed), controlIn(again)]).toEqual([0, 0, null, null]);
  expect(again.stdout).toContain('ORDER-1 is yours already');
  expect((await runCli(own, ['worktree', 'list', '--json'], { env: ALICE })).stdout).toContain(
    '"order":"ORDER-1","session":"alice"',
  );
  expect(existsSync(CANARY)).toBe(false);
});

test('errors are one JSON document too, and it has no raw control character', async () => {
  const { stdout, code } = await refused(['--json', '--', `ORDER-1${ESCAPES}`]);
  expect({ code, document: JSON.parse(stdout) }).toMatchObject({
    code: 129,
    document: { ok: false, error: { code: 'bad-id', message: expect.stringContaining('"ORDER-1\\u001b[2J') } },
  });
});

test('a pipe where a file of ours or of a gc is expected makes no command wait', () => {
  const sandbox = createSandbox();
  const git = join(sandbox.repo, '.git');
  mkdirSync(join(git, 'claim'));
  for (const name of ['claim/binding', 'gc.pid', 'logs/HEAD']) {
    rmSync(join(git, name), { force: true });
    execFileSync('mkfifo', [join(git, name)]);
  }
  const env = { ...sandbox.env, GIT_CLAIM_SESSION: 'ada' };
  const say = (...args: string[]) =>
    spawnSync(join(PACKAGE, 'bin/git-claim'), args, { cwd: sandbox.repo, env, encoding: 'utf8', timeout: 20_000 });
  expect(say('status')).toMatchObject({ status: 0, stdout: expect.stringContaining('nothing') });
  expect(say('--no-worktree', 'ORDER-1')).toMatchObject({ status: 0, stdout: expect.stringContaining('ORDER-1 is yours') });
  expect(readFileSync(join(git, 'claim/binding'), 'utf8')).toMatch(/^ORDER-1 1 /);
  expect(say('check').status).toBe(0);
});
