import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

test('a claim, a second session that wants it too, and what both see', async () => {
  const say = conversation();
  expect(
    await say(
      ['alice', []],
      ['alice', ['ORDER-143']],
      ['alice', ['order-143']],
      ['bob', ['ORDER-143']],
      ['bob', ['ORDER-7', 'ORDER-8']],
      ['bob', []],
      ['bob', ['list']],
      ['bob', ['list', '--mine']],
      ['bob', ['status', 'ORDER-143']],
      ['alice', ['status', 'ORDER-143']],
      ['alice', ['status', 'ORDER-9']],
    ),
  ).toMatchInlineSnapshot(`
    "alice$ git claim
    you      alice (named by --session or GIT_CLAIM_SESSION)
    holding  nothing
    others   nobody else holds anything

    alice$ git claim ORDER-143
    ORDER-143 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      from      main, <commit>
      next      git claim complete ORDER-143, when its work is done

    alice$ git claim order-143
    ORDER-143 is yours already (generation 1)
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      git claim complete ORDER-143, when its work is done

    bob$ git claim ORDER-143
    stderr:
    ORDER-143 is held by alice since <when>, last heartbeat <age> ago
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      instead   pick another one: git claim next
    exit 3

    bob$ git claim ORDER-7 ORDER-8
    ORDER-7 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-7   branch order-7
      from      main, <commit>
      next      git claim complete ORDER-7, when its work is done
    ORDER-8 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-8   branch order-8
      from      main, <commit>
      next      git claim complete ORDER-8, when its work is done

    bob$ git claim
    you      bob (named by --session or GIT_CLAIM_SESSION)
    holding  ORDER-7  you  active  <age>  ../my äpp.claims/ORDER-7
             ORDER-8  you  active  <age>  ../my äpp.claims/ORDER-8
    others   ORDER-143  alice  active  <age>  ../my äpp.claims/ORDER-143

    bob$ git claim list
    ORDER-143  alice  active  <age>  ../my äpp.claims/ORDER-143
    ORDER-7    you    active  <age>  ../my äpp.claims/ORDER-7
    ORDER-8    you    active  <age>  ../my äpp.claims/ORDER-8

    bob$ git claim list --mine
    ORDER-7  you  active  <age>  ../my äpp.claims/ORDER-7
    ORDER-8  you  active  <age>  ../my äpp.claims/ORDER-8

    bob$ git claim status ORDER-143
    ORDER-143 is held by alice since <when>, generation 1
      live      last heartbeat <age> ago
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      git claim --wait ORDER-143 waits for it

    alice$ git claim status ORDER-143
    ORDER-143 is held by you since <when>, generation 1
      live      last heartbeat <age> ago
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      git claim complete ORDER-143 | release | block --reason <why> | hand --to <session>

    alice$ git claim status ORDER-9
    ORDER-9 is free: nobody ever claimed it
      next      git claim ORDER-9
    "
  `);
});

test('a claim is blocked, goes on, and is handed over', async () => {
  const say = conversation();
  expect(
    await say(
      ['alice', ['ORDER-143']],
      ['alice', ['block', 'ORDER-143']],
      ['alice', ['block', 'ORDER-143', '--reason', 'waits for the design']],
      ['alice', ['ORDER-143']],
      ['bob', ['ORDER-143']],
      ['bob', ['status', 'ORDER-143']],
      ['alice', ['unblock', 'ORDER-143']],
      ['alice', ['unblock', 'ORDER-143']],
      ['alice', ['renew', 'ORDER-143']],
      ['alice', ['hand', 'ORDER-143', '--to', 'alice']],
      ['alice', ['hand', 'ORDER-143', '--to', 'bob']],
      ['bob', []],
      ['alice', ['hand', 'ORDER-143', '--to', 'bob']],
      ['alice', ['complete', 'ORDER-143']],
      ['bob', ['status', 'ORDER-143']],
      ['bob', ['block', 'ORDER-143', '--reason', 'waits for the key']],
      ['bob', ['hand', 'ORDER-143', '--to', 'alice']],
      ['bob', ['hand', 'ORDER-143', '--to', 'alice']],
      ['alice', ['status', 'ORDER-143']],
    ),
  ).toMatchInlineSnapshot(`
    "alice$ git claim ORDER-143
    ORDER-143 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      from      main, <commit>
      next      git claim complete ORDER-143, when its work is done

    alice$ git claim block ORDER-143
    stderr:
    error: a block needs its reason
      hint    git claim block ORDER-143 --reason "waits for the design"
    exit 129

    alice$ git claim block ORDER-143 --reason 'waits for the design'
    ORDER-143 is blocked and stays yours: waits for the design
      next      git claim unblock ORDER-143, when it can continue

    alice$ git claim ORDER-143
    ORDER-143 is yours already (generation 1)
      blocked   waits for the design
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      git claim unblock ORDER-143, when it can continue

    bob$ git claim ORDER-143
    stderr:
    ORDER-143 is held by alice since <when>, last heartbeat <age> ago
      blocked   waits for the design
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      instead   pick another one: git claim next
    exit 3

    bob$ git claim status ORDER-143
    ORDER-143 is blocked, held by alice since <when>, generation 1
      blocked   waits for the design
      live      last heartbeat <age> ago
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      git claim --wait ORDER-143 waits for it

    alice$ git claim unblock ORDER-143
    ORDER-143 is active again
      next      git claim complete ORDER-143, when its work is done

    alice$ git claim unblock ORDER-143
    ORDER-143 is not blocked
      next      git claim complete ORDER-143, when its work is done

    alice$ git claim renew ORDER-143
    ORDER-143 is renewed (generation 1)
      next      git claim complete ORDER-143, when its work is done

    alice$ git claim hand ORDER-143 --to alice
    stderr:
    error: alice is you
      hint    git claim session lists who else is here
    exit 129

    alice$ git claim hand ORDER-143 --to bob
    ORDER-143 is now held by bob (generation 2)
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      bob goes on with git claim ORDER-143; git claim <order> claims other work

    bob$ git claim
    you      bob (named by --session or GIT_CLAIM_SESSION)
    holding  ORDER-143  you  active  <age>  ../my äpp.claims/ORDER-143  handed over by alice
    others   nobody else holds anything

    alice$ git claim hand ORDER-143 --to bob
    ORDER-143 is now held by bob (generation 2)
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      bob goes on with git claim ORDER-143; git claim <order> claims other work

    alice$ git claim complete ORDER-143
    stderr:
    you handed ORDER-143 over: bob holds it since <when>
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      git claim log ORDER-143 shows what happened
    exit 4

    bob$ git claim status ORDER-143
    ORDER-143 is held by you since <when>, generation 2
      note      handed over by alice
      live      last heartbeat <age> ago
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      git claim complete ORDER-143 | release | block --reason <why> | hand --to <session>

    bob$ git claim block ORDER-143 --reason 'waits for the key'
    ORDER-143 is blocked and stays yours: waits for the key
      next      git claim unblock ORDER-143, when it can continue

    bob$ git claim hand ORDER-143 --to alice
    ORDER-143 is now held by alice (generation 3)
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      alice goes on with git claim ORDER-143; git claim <order> claims other work

    bob$ git claim hand ORDER-143 --to alice
    ORDER-143 is now held by alice (generation 3)
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      alice goes on with git claim ORDER-143; git claim <order> claims other work

    alice$ git claim status ORDER-143
    ORDER-143 is blocked, held by you since <when>, generation 3
      blocked   waits for the key; handed over by bob
      live      last heartbeat <age> ago
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      git claim unblock ORDER-143 | release | abandon
    "
  `);
});

test('claims end: released, abandoned, completed, and opened again by whom it may be', async () => {
  const say = conversation();
  expect(
    await say(
      ['alice', ['ORDER-143']],
      ['bob', ['release', 'ORDER-143']],
      ['alice', ['release', 'ORDER-143']],
      ['alice', ['release', 'ORDER-143']],
      ['alice', ['renew', 'ORDER-143']],
      ['bob', ['ORDER-143']],
      ['bob', ['abandon', 'ORDER-143']],
      ['alice', ['status', 'ORDER-143']],
      ['alice', ['ORDER-143']],
      ['alice', ['complete', 'ORDER-143']],
      ['alice', ['complete', 'ORDER-143']],
      ['bob', ['ORDER-143']],
      ['bob', ['status', 'ORDER-143']],
      ['alice', ['release', 'ORDER-143']],
      ['alice', ['--reopen', 'ORDER-143']],
      ['alice', ['list', '--all']],
      ['alice', ['log', 'ORDER-143']],
      ['alice', ['log', 'ORDER-9']],
    ),
  ).toMatchInlineSnapshot(`
    "alice$ git claim ORDER-143
    ORDER-143 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      from      main, <commit>
      next      git claim complete ORDER-143, when its work is done

    bob$ git claim release ORDER-143
    stderr:
    you do not hold ORDER-143: alice holds it since <when>
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      git claim status ORDER-143 tells more
    exit 4

    alice$ git claim release ORDER-143
    ORDER-143 is released: anybody may claim it
      next      git claim worktree remove ORDER-143 removes its worktree, in which nothing was done

    alice$ git claim release ORDER-143
    ORDER-143 is released already
      next      git claim worktree remove ORDER-143 removes its worktree, in which nothing was done

    alice$ git claim renew ORDER-143
    stderr:
    ORDER-143 is released: it cannot be renewed
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      claim it first: git claim ORDER-143
    exit 4

    bob$ git claim ORDER-143
    ORDER-143 is yours (generation 2, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      git claim complete ORDER-143, when its work is done

    bob$ git claim abandon ORDER-143
    ORDER-143 is abandoned: anybody may claim it
      next      git claim worktree remove ORDER-143 removes its worktree, in which nothing was done

    alice$ git claim status ORDER-143
    ORDER-143 was abandoned by bob, generation 2
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      git claim ORDER-143

    alice$ git claim ORDER-143
    ORDER-143 is yours (generation 3, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      git claim complete ORDER-143, when its work is done

    alice$ git claim complete ORDER-143
    ORDER-143 is completed; its work is on branch order-143
      next      git claim worktree remove ORDER-143
    stderr:
    warning: ORDER-143: nothing was committed for it since it was claimed

    alice$ git claim complete ORDER-143
    ORDER-143 is completed already
      next      git claim worktree remove ORDER-143

    bob$ git claim ORDER-143
    stderr:
    ORDER-143 was completed by alice, who held it since <when>
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      instead   pick another one: git claim next; if this work must continue, its last holder or a person runs git claim --reopen ORDER-143
    exit 3

    bob$ git claim status ORDER-143
    ORDER-143 was completed by alice, generation 3
      merged    nothing to merge: its branch has no commits of its own
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      git claim --reopen ORDER-143, if its work must continue

    alice$ git claim release ORDER-143
    stderr:
    ORDER-143 is completed: it cannot be released
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      git claim --reopen ORDER-143, if its work must continue
    exit 4

    alice$ git claim --reopen ORDER-143
    ORDER-143 is yours (generation 4, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-143   branch order-143
      next      git claim complete ORDER-143, when its work is done

    alice$ git claim list --all
    ORDER-143  you  active  <age>  ../my äpp.claims/ORDER-143

    alice$ git claim log ORDER-143
    ORDER-143  <when>  reopen    alice  generation 4  order-143
    ORDER-143  <when>  complete  alice  generation 3  order-143
    ORDER-143  <when>  claim     alice  generation 3  order-143
    ORDER-143  <when>  abandon   bob    generation 2  order-143
    ORDER-143  <when>  claim     bob    generation 2  order-143
    ORDER-143  <when>  release   alice  generation 1  order-143
    ORDER-143  <when>  claim     alice  generation 1  order-143

    alice$ git claim log ORDER-9
    ORDER-9 was never claimed
    "
  `);
});

test("in an order's worktree its name may be left out", async () => {
  const sandbox = createSandbox();
  const say = conversation(sandbox, `${sandbox.repo}.claims/ORDER-1`);
  await conversation(sandbox)(['alice', ['ORDER-1']]);
  expect(
    await say(
      ['alice', ['renew']],
      ['alice', []],
      ['alice', ['ORDER-1']],
      ['bob', ['ORDER-1']],
      ['bob', ['renew']],
      ['alice', ['release']],
      ['alice', ['release']],
    ),
  ).toMatchInlineSnapshot(`
    "alice$ git claim renew
    ORDER-1 is renewed (generation 1)
      next      git claim complete ORDER-1, when its work is done

    alice$ git claim
    you      alice (named by --session or GIT_CLAIM_SESSION)
    holding  ORDER-1  you  active  <age>  here
    others   nobody else holds anything

    alice$ git claim ORDER-1
    ORDER-1 is yours already (generation 1), in this worktree
      worktree  here   branch order-1
      next      git claim complete ORDER-1, when its work is done

    bob$ git claim ORDER-1
    stderr:
    ORDER-1 is held by alice since <when>, last heartbeat <age> ago
      worktree  here   branch order-1
      instead   pick another one: git claim next
    exit 3

    bob$ git claim renew
    stderr:
    error: you hold no order in this worktree (ORDER-1 is alice's); name one
      hint    you hold nothing; git claim <order> claims one
    exit 129

    alice$ git claim release
    ORDER-1 is released: anybody may claim it
      next      git claim worktree remove ORDER-1 removes its worktree, in which nothing was done

    alice$ git claim release
    stderr:
    error: you hold no order in this worktree; name one
      hint    you hold nothing; git claim <order> claims one
    exit 129
    "
  `);
});

test('worktrees are listed, made again, and never removed with work in them', async () => {
  const sandbox = createSandbox();
  const say = conversation(sandbox);
  const tree = `${sandbox.repo}.claims/ORDER-1`;
  const first = await say(['alice', ['ORDER-1']], ['alice', ['worktree']], ['alice', ['worktree', 'list', 'ORDER-1']]);
  writeFileSync(join(tree, 'new.txt'), 'work');
  writeFileSync(join(tree, 'other.txt'), 'work');
  const dirty = await say(['bob', ['worktree', 'remove', 'ORDER-1']], ['alice', ['worktree', 'remove', 'ORDER-1']]);
  const saved = await say(
    ['alice', ['worktree', 'remove', '--save', 'ORDER-1']],
    ['alice', ['worktree', 'remove', 'ORDER-1']],
    ['alice', ['worktree', 'add', 'ORDER-1']],
  );
  writeFileSync(join(tree, 'new.txt'), 'work');
  sandbox.git(['add', '--all'], tree);
  sandbox.git(['commit', '--quiet', '--message', 'work'], tree);
  const committed = await say(
    ['alice', ['worktree', 'remove', 'ORDER-1']],
    ['alice', ['worktree', 'add', 'ORDER-1']],
    ['bob', ['worktree', 'add', 'ORDER-1']],
    ['alice', ['release', 'ORDER-1']],
    ['alice', ['worktree', 'add', 'ORDER-1']],
  );
  rmSync(tree, { recursive: true });
  const gone = await say(['alice', ['worktree']], ['alice', ['worktree', 'prune']], ['alice', ['worktree', 'prune']]);
  expect([first, dirty, saved, committed, gone].join('\n')).toMatchInlineSnapshot(`
    "alice$ git claim ORDER-1
    ORDER-1 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  ../my äpp.claims/ORDER-1   branch order-1
      from      main, <commit>
      next      git claim complete ORDER-1, when its work is done

    alice$ git claim worktree
    (main worktree)  -    -       main     here
    ORDER-1          you  active  order-1  ../my äpp.claims/ORDER-1

    alice$ git claim worktree list ORDER-1
    stderr:
    error: git claim worktree takes list, add <order>, setup <order>, trust, remove <order>... or prune
      hint    git claim worktree list shows the orders that have one
    exit 129

    bob$ git claim worktree remove ORDER-1
    stderr:
    ORDER-1 is held by alice since <when>, last heartbeat <age> ago
      worktree  ../my äpp.claims/ORDER-1   branch order-1
      next      its holder works there; git claim status ORDER-1 tells more
    exit 3

    alice$ git claim worktree remove ORDER-1
    stderr:
    error: <dir>/my äpp.claims/ORDER-1 has work that would be lost: 2 changed files (new.txt, other.txt)
      hint    commit it, or git claim worktree remove --save ORDER-1, which keeps everything under a ref first
    exit 4

    alice$ git claim worktree remove --save ORDER-1
    removed ../my äpp.claims/ORDER-1
      its work is kept as a commit: git log -p -1 --first-parent refs/claim-rescue/ORDER-1/<id>
      branch order-1 stays: nothing on it is unmerged

    alice$ git claim worktree remove ORDER-1
    stderr:
    error: ORDER-1 has no worktree of its own
      hint    git claim worktree list shows those that exist
    exit 129

    alice$ git claim worktree add ORDER-1
    ORDER-1  you  active  order-1  ../my äpp.claims/ORDER-1

    alice$ git claim worktree remove ORDER-1
    removed ../my äpp.claims/ORDER-1
      branch order-1 stays: 1 commit is not merged

    alice$ git claim worktree add ORDER-1
    ORDER-1  you  active  order-1  ../my äpp.claims/ORDER-1

    bob$ git claim worktree add ORDER-1
    stderr:
    you do not hold ORDER-1: alice holds it since <when>
      worktree  ../my äpp.claims/ORDER-1   branch order-1
      next      git claim status ORDER-1 tells more
    exit 4

    alice$ git claim release ORDER-1
    ORDER-1 is released: anybody may claim it; its work stays in ../my äpp.claims/ORDER-1
      next      git claim <order> claims other work

    alice$ git claim worktree add ORDER-1
    stderr:
    ORDER-1 is released: it cannot be given a worktree
      worktree  ../my äpp.claims/ORDER-1   branch order-1
      next      claim it first: git claim ORDER-1
    exit 4

    alice$ git claim worktree
    (main worktree)  -    -                   main     here
    ORDER-1          you  its folder is gone  order-1  ../my äpp.claims/ORDER-1

    alice$ git claim worktree prune
    forgot ../my äpp.claims/ORDER-1

    alice$ git claim worktree prune
    nothing to prune
    "
  `);
});

test('refs that git-claim did not write, and broken ones', async () => {
  const sandbox = createSandbox();
  sandbox.git(['update-ref', 'refs/claims/ORDER-1', 'HEAD']);
  sandbox.git(['update-ref', 'refs/claims/some/thing', 'HEAD']);
  writeFileSync(join(sandbox.repo, '.git/refs/claims/ORDER-3'), `${'1'.repeat(40)}\n`);
  expect(
    await conversation(sandbox)(
      ['alice', ['ORDER-1']],
      ['alice', ['ORDER-3']],
      ['alice', ['list']],
      ['alice', ['status', 'ORDER-1']],
    ),
  ).toMatchInlineSnapshot(`
    "alice$ git claim ORDER-1
    stderr:
    the ref of ORDER-1 was not written by this git-claim: it is a commit, not an annotated tag; it is left alone, and the order counts as taken
      next      ask whoever wrote it; or keep claims elsewhere: git config claim.refPrefix refs/git-claim/
    exit 8

    alice$ git claim ORDER-3
    stderr:
    ORDER-3 cannot be read: its object is missing; it counts as taken
      next      git for-each-ref and git fsck say what is wrong with the ref of ORDER-3
    exit 8

    alice$ git claim list
    ORDER-1  -  foreign  -  -  it is a commit, not an annotated tag
    ORDER-3  -  foreign  -  -  its object is missing
    refs/claims/some/thing  foreign
    stderr:
    warning: refs/claims/some/thing is ignored: not a valid claim name

    alice$ git claim status ORDER-1
    ORDER-1 is foreign or cannot be read: it is a commit, not an annotated tag
      next      pick another one: git claim next; git claim never changes this ref, and it counts as taken
    "
  `);
});

test('where nobody knows who asks, reading works and claiming says what to do', async () => {
  expect(await conversation()(['', []], ['', ['ORDER-1']], ['', ['list']])).toMatchInlineSnapshot(`
    "$ git claim
    you      no session is known: no agent is running, and there is no terminal
             name yours: git claim --session <name> ..., or export GIT_CLAIM_SESSION=<name>
    holding  nothing
    others   nobody else holds anything

    $ git claim ORDER-1
    stderr:
    error: no session is known: no agent is running, and there is no terminal
      hint    name yours: git claim --session <name> ..., or export GIT_CLAIM_SESSION=<name>
    exit 129

    $ git claim list
    nothing is claimed
    "
  `);
});

type Line = readonly [session: string, args: readonly string[]];

/** Returns a function that runs commands in one repository and writes down the whole conversation, with who ran each command. */
function conversation(sandbox: Sandbox = createSandbox(), cwd: string = sandbox.repo) {
  return async (...lines: readonly Line[]): Promise<string> => {
    const said: string[] = [];
    for (const [session, args] of lines) {
      const env = session === '' ? {} : { GIT_CLAIM_SESSION: session };
      const { transcript } = await runCli(sandbox, args, { env, cwd });
      said.push(`${session}${transcript}`.replace(/exit 0\n$/, ''));
    }
    return said.join('\n');
  };
}
