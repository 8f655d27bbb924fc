import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { beyondTerminal } from '../support/beyond-terminal.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

function withOrders(names: readonly string[]): Sandbox {
  const sandbox = createSandbox();
  mkdirSync(join(sandbox.repo, 'orders'));
  for (const name of names) writeFileSync(join(sandbox.repo, 'orders', `${name}.md`), '---\nstatus: ready\n---\n');
  return sandbox;
}

async function say(sandbox: Sandbox, ...args: string[]): Promise<string> {
  return (await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: 'ada' } })).transcript;
}

const claims = ({ git }: Sandbox) => git(['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/claims']).split('\n');

test('an issue is an order by its number, with a hash, and by its address, in every command that takes one', async () => {
  const sandbox = createSandbox();
  sandbox.git(['remote', 'add', 'origin', 'git@github.com:ada/app.git']);
  expect(await say(sandbox, '214')).toContain('GH-214 is yours');
  expect(await say(sandbox, 'status', '#214')).toContain('GH-214 is held by you');
  expect(await say(sandbox, 'release', 'https://github.com/Ada/app/issues/214')).toContain('GH-214 is released');
  expect(await say(sandbox, 'https://github.com/eve/other/issues/214')).toMatchInlineSnapshot(`
    "$ git claim https://github.com/eve/other/issues/214
    stderr:
    error: "https://github.com/eve/other/issues/214" is an issue of eve/other, and the remotes here are ada/app
      hint    git claim GH-214, if it is tracked here all the same; git remote add makes another repository known
    exit 129
    "
  `);
  sandbox.git(['config', 'claim.issuePrefix', 'ISSUE']);
  expect(await say(sandbox, '#7')).toContain('ISSUE-7 is yours');
  sandbox.git(['config', 'claim.issuePrefix', '7']);
  expect(await say(sandbox, '#7')).toContain('error: claim.issuePrefix: "7" cannot begin an order id');
});

test('a commit that closes an issue, and a file that depends on one, mean its order', async () => {
  const sandbox = withOrders(['GH-7']);
  writeFileSync(join(sandbox.repo, 'orders/GH-8.md'), '---\nstatus: ready\ndepends_on: ["#7"]\n---\n');
  expect(await say(sandbox, 'check', '8')).toContain('GH-8 waits for GH-7, which is ready');
  sandbox.git(['commit', '--quiet', '--allow-empty', '--message', 'Fixes #7']);
  expect(await say(sandbox, 'check', '7')).toContain('block  GH-7 is already on main');
});

test('leading zeros and case make no second order: the claim says how it is spelled, else the file, else it has no zeros', async () => {
  const sandbox = withOrders(['ORDER-007-padded', 'ORDER-8']);
  expect(await say(sandbox, '--no-worktree', 'order-7')).toContain('ORDER-007 is yours');
  expect(await say(sandbox, '--no-worktree', 'ORDER-08')).toContain('ORDER-8 is yours');
  expect(await say(sandbox, '--no-worktree', 'Order-0090')).toContain('ORDER-90 is yours');
  expect(await say(sandbox, '--no-worktree', 'BACK-217.02', 'BACK-217.2')).toContain('BACK-217.2 is yours');
  expect(claims(sandbox)).toEqual(['BACK-217.2', 'ORDER-007', 'ORDER-8', 'ORDER-90']);
  // A record that an older version wrote, loose or packed, keeps its name.
  sandbox.git(['config', 'claim.idPattern', 'OLD-[0-9]+']);
  await say(sandbox, '--no-worktree', 'OLD-03');
  sandbox.git(['config', '--unset', 'claim.idPattern']);
  for (const pack of [[], ['pack-refs', '--all']]) {
    if (pack.length > 0) sandbox.git(pack);
    expect(await say(sandbox, '--no-worktree', 'old-3')).toContain('OLD-03 is yours already');
    expect(await say(sandbox, 'renew', 'OLD-003')).toContain('OLD-03 is renewed');
    expect(await say(sandbox, 'log', 'OLD-3')).toContain('claim');
  }
  expect(claims(sandbox)).toHaveLength(5);
});

test('an id that nobody knows, and that is almost another one, is not claimed by an agent or a script', async () => {
  const sandbox = withOrders(['ORDER-101', 'ORDER-102', 'TASK-101']);
  expect(await say(sandbox, 'ORDR-101')).toMatchInlineSnapshot(`
    "$ git claim ORDR-101
    stderr:
    error: ORDR-101 is not known here: it has neither a file nor a claim
      hint    did you mean ORDER-101? If ORDR-101 is an order of its own, give it a file first
    exit 129
    "
  `);
  expect(await say(sandbox, 'status', 'ORDR-101')).toContain('warning: ORDR-101 is not known here: did you mean ORDER-101?');
  expect(await say(sandbox, 'check', 'ORDR-101')).toContain('warning: ORDR-101 is not known here: did you mean ORDER-101?');
  expect(await say(sandbox, 'run', 'ORDR-101', '--', 'true')).toContain('did you mean ORDER-101?');
  expect(sandbox.git(['for-each-ref', 'refs/claims'])).toBe('');
  // Another number of a known name is no mistake; nor is another name.
  expect(await say(sandbox, '--no-worktree', 'ORDER-103')).toContain('ORDER-103 is yours');
  expect(await say(sandbox, '--no-worktree', 'ENG-101')).toContain('ENG-101 is yours');
  // Without files, claims are known.
  expect(await say(sandbox, 'ENGG-101')).toContain('did you mean ENG-101?');
});

test('a person in a terminal is asked, and may mean what was typed', () => {
  const sandbox = withOrders(['ORDER-101']);
  expect(inTerminal(sandbox, 'yes', 'git claim --no-worktree ORDR-101')).toMatch(
    /Did you mean ORDER-101\?[\s\S]*ORDER-101 is yours/,
  );
  const run = inTerminal(sandbox, 'yes', 'git claim run ORDR-101 -- echo ran');
  expect(run).toMatch(/Did you mean ORDER-101\?[\s\S]*ran/);
  const meant = inTerminal(sandbox, 'no', 'git claim run ORDERR-101 -- echo ran');
  expect(meant).toMatch(/ORDERR-101 is yours[\s\S]*ran/);
  for (const shown of [run, meant]) expect(shown.match(/Did you mean/g)).toHaveLength(1);
  expect(inTerminal(sandbox, 'no', 'git claim --no-worktree ORDR-101')).toContain('ORDR-101 is yours');
});

/** Returns what a person sees who types a line, and this answer to its question. */
function inTerminal(sandbox: Sandbox, answer: string, line: string): string {
  const shell = ['-c', `(sleep 0.5; echo ${answer}) | script -qec 'eval "$LINE"' /dev/null`];
  const { file, args, argv0 } = beyondTerminal('sh', shell);
  const env = { ...sandbox.env, TERM: 'xterm', LINE: line, GIT_CLAIM_SESSION: 'ada' };
  return spawnSync(file, args, { argv0, cwd: sandbox.repo, env, encoding: 'utf8' }).stdout;
}

test('that an order has no file is said once', async () => {
  const sandbox = withOrders(['ORDER-1']);
  expect(await say(sandbox, '--no-worktree', 'ORDER-400')).toContain('ORDER-400 has no order file here');
  expect(await say(sandbox, '--no-worktree', 'ORDER-400')).not.toContain('no order file');
  await say(sandbox, 'complete', 'ORDER-400');
  expect(await say(sandbox, '--no-worktree', '--reopen', 'ORDER-400')).not.toContain('no order file');
});

test('a follow-up of an order that nobody knows is refused, with the one that was meant', async () => {
  const sandbox = withOrders(['ORDER-101']);
  expect(await say(sandbox, 'follow-up', 'ORDR-101', '--title', 'T')).toMatchInlineSnapshot(`
    "$ git claim follow-up ORDR-101 --title T
    stderr:
    error: ORDR-101 is not known here: it has neither a file nor a claim
      hint    did you mean ORDER-101?
    exit 129
    "
  `);
  expect(await say(sandbox, 'follow-up', 'x-99', '--title', 'T')).toContain('X-99 is not known here');
  expect(await say(sandbox, 'follow-up', 'order-0101', '--title', 'T')).toContain('ORDER-102 filed');
});
