import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

const sandbox = createSandbox();
const say = async (...args: string[]) => (await runCli(sandbox, args)).transcript;

test('the whole', async () => {
  expect(await say('-h')).toMatchInlineSnapshot(`
    "$ git claim -h
    usage: git claim <order>...        claim orders; makes a worktree for each
           git claim                   who am I, what do I hold, who else is here
           git claim <command> [<args>]

    start and finish work
      claim       Claim orders and make their worktrees (the word claim may be left out)
      next        Recommend orders that are ready and free, or claim the best one
      run         Claim an order, run a command in its worktree, and give the claim back
      renew       Extend the lease of a claim
      block       Keep a claim while waiting for something outside
      unblock     Continue a blocked claim
      push        Publish an order's branch together with its claim: only its holder can
      complete    End a claim with its work done
      release     Release a claim; its worktree stays as it is
      abandon     End a claim with its work given up
      hand        Hand a claim over to another session
      take        Take over another session's claim, with its worktree as it is
      rescue      Keep the work of a claim that was taken from you, under a ref
      path        Claim files or folders, so that no other session does
      worktree    List, add, set up, remove or prune the worktrees of claims

    look around
      where       Print the path of an order's worktree
      go          Change into an order's worktree (in a shell with git claim shell-init)
      status      Show who you are, what you hold and who else is here, or one order's claim
      list        Show the board: a line for each claim
      paths       Show which files and folders are claimed, and by whom
      session     Start or end this session, or list the sessions that are here
      check       Show what may collide before you begin
      verify      Compare what commits say of themselves with who held their orders then
      log         Show who owned an order when, or the latest changes of all orders
      feed        Show what happened recently: claims, takeovers, intents

    tell others
      intent      Announce what you are about to do; others are told for 10 minutes
      intents     Show what sessions announced
      follow-up   File a draft for work found while working on an order

    set up and repair
      init        Set up this repository, or repair its setup: hooks and their configuration
      sync        Follow the claims on the remote, and send what was claimed without it
      doctor      Find what keeps claims from working, and say what to do
      shell-init  Print the functions with which git claim go changes the directory of a shell
      completion  Print the script with which a shell completes git claim

    git claim <command> -h shows its options. The manual: git claim --help
    exit 0
    "
  `);
  expect(await say('help')).toBe((await say('-h')).replace('claim -h', 'claim help'));
});

test.each(Object.entries(COMMANDS))('git claim %s -h', async (name, { summary, example }) => {
  const { code, stdout, stderr } = await runCli(sandbox, [name, '-h']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatchSnapshot();
  expect(stdout.replace(/\s+/g, ' ')).toContain(` ${summary}. Options:`);
  expect(stdout).toMatch(/^usage: git claim /);
  expect(stdout.endsWith(`\nExample:\n  ${example}\n`)).toBe(true);
  expect(example).toContain(name === 'claim' ? 'git claim ORDER-143' : `git claim ${name}`);
  expect((await runCli(sandbox, ['help', name])).stdout).toBe(stdout);
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThan(90);
});

test('mistyped words get a suggestion where there is a likely one', async () => {
  expect(await say('version')).toContain('did you mean git claim --version?');
  const said = [
    await say('stauts'),
    await say('relase', 'ORDER-1'),
    await say('frobnicate'),
    await say('order', '7'),
    await say('help', 'lst'),
  ];
  expect(said.join('\n')).toMatchInlineSnapshot(`
    "$ git claim stauts
    stderr:
    error: git claim has no command "stauts"
      hint    did you mean git claim status?
    exit 129

    $ git claim relase ORDER-1
    stderr:
    error: git claim has no command "relase"
      hint    did you mean git claim release?
    exit 129

    $ git claim frobnicate
    stderr:
    error: git claim has no command "frobnicate"
      hint    git claim -h lists the commands; an order id looks like ORDER-143; git claim claim frobnicate, if claim.idPattern allows it
    exit 129

    $ git claim order 7
    stderr:
    error: git claim has no command "order"
      hint    did you mean git claim ORDER-7?
    exit 129

    $ git claim help lst
    stderr:
    error: git claim has no command "lst"
      hint    git claim -h lists the commands
    exit 129
    "
  `);
});

test.each([
  ['ls', 'list'],
  ['show ORDER-1', 'status ORDER-1'],
  ['who', 'session'],
  ['done', 'complete'],
  ['finish ORDER-1', 'complete ORDER-1'],
  ['rm ORDER-1', 'worktree remove ORDER-1'],
  ['unclaim', 'release'],
  ['drop ORDER-1', 'release ORDER-1'],
  ['history', 'log'],
  ['start ORDER-1', 'ORDER-1'],
  ['start', '<order>'],
  ['wait ORDER-1', '--wait ORDER-1'],
])('git claim %s: did you mean git claim %s?', async (line, meant) => {
  const { code, stderr } = await runCli(sandbox, line.split(' '));
  expect(code).toBe(129);
  expect(stderr).toContain(`  hint    did you mean git claim ${meant}?\n`);
});

test('mistyped options too', async () => {
  const said = [await say('list', '--al'), await say('ORDER-1', '--no-worktre'), await say('hand', 'ORDER-1', '--to')];
  expect(said.join('\n')).toMatchInlineSnapshot(`
    "$ git claim list --al
    stderr:
    error: unknown option '--al' (Did you mean --all?)
      hint    git claim list -h lists its options
    exit 129

    $ git claim ORDER-1 --no-worktre
    stderr:
    error: unknown option '--no-worktre' (Did you mean --no-worktree?)
      hint    git claim claim -h lists its options
    exit 129

    $ git claim hand ORDER-1 --to
    stderr:
    error: option '--to <session>' argument missing
      hint    git claim hand -h lists its options
    exit 129
    "
  `);
});

test('what is no order id is said to be none', async () => {
  const said = [await say('ORDER'), await say('ORDER-1.lock'), await say('refs/heads/main'), await say('FIX THE LOGIN')];
  expect(said.join('\n')).toMatchInlineSnapshot(`
    "$ git claim ORDER
    stderr:
    error: "ORDER" is not an order id: it does not match [A-Za-z][A-Za-z0-9_]*-[0-9]+(\\.[0-9]+)*
      hint    an order id looks like ORDER-143, ENG-7 or BACK-217.02, and an issue like 214 or #214; claim.idPattern says what is one
    exit 129

    $ git claim ORDER-1.lock
    stderr:
    error: "ORDER-1.lock" is not an order id: git does not allow it in a ref name
      hint    an order id looks like ORDER-143, ENG-7 or BACK-217.02, and an issue like 214 or #214; claim.idPattern says what is one
    exit 129

    $ git claim refs/heads/main
    stderr:
    error: "refs/heads/main" is not an order id: only ASCII letters, digits, ".", "_" and "-" are allowed
      hint    an order id looks like ORDER-143, ENG-7 or BACK-217.02, and an issue like 214 or #214; claim.idPattern says what is one
    exit 129

    $ git claim 'FIX THE LOGIN'
    stderr:
    error: "FIX THE LOGIN" is not an order id: only ASCII letters, digits, ".", "_" and "-" are allowed
      hint    an order id looks like ORDER-143, ENG-7 or BACK-217.02, and an issue like 214 or #214; claim.idPattern says what is one
    exit 129
    "
  `);
});

test('outside a repository', async () => {
  const { transcript } = await runCli(sandbox, ['ORDER-1'], { cwd: sandbox.dir });
  expect(transcript).toMatchInlineSnapshot(`
    "$ git claim ORDER-1
    stderr:
    error: this is not a git repository (nor is any folder above it)
      hint    run git claim inside the repository whose orders you work on, or git -C <repository> claim
    exit 128
    "
  `);
});

test('the version', async () => {
  expect(await say('--version')).toMatch(/^\$ git claim --version\ngit-claim \d+\.\d+\.\d+\nexit 0\n$/);
});
