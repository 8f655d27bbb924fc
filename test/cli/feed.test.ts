import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, PACKAGE } from '../support/sandbox.ts';

test('what sessions do and are about to do is told in words, and nothing twice over is dropped', async () => {
  const sandbox = createSandbox();
  const say = async (session: string, ...args: string[]) =>
    `${session}${(await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session } })).transcript.replace(/exit 0\n$/, '')}`;
  const said = [
    await say('alice', '--no-worktree', 'ORDER-1'),
    await say('alice', 'intent', 'force-push \u001b[2Jmain\nnow', '--kind', 'force-push'),
    await say('alice', 'intent', 'force-push \u001b[2Jmain\nnow', '--kind', 'force-push'),
    await say('bob', 'intent', 'delete src/old'),
    await say('bob', '--no-worktree', 'ORDER-2'),
    await say('bob', 'release', 'ORDER-2'),
    await say('alice', 'hand', 'ORDER-1', '--to', 'bob'),
    await say('bob', 'complete', 'ORDER-1'),
    await say('bob', 'intents'),
    await say('bob', 'feed'),
    await say('bob', 'feed', 'ORDER-3'),
  ];
  expect(said.join('\n')).toMatchInlineSnapshot(`
    "alice$ git claim --no-worktree ORDER-1
    ORDER-1 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  here
      next      git claim complete ORDER-1, when its work is done

    alice$ git claim intent 'force-push [2Jmain
    now' --kind force-push
    announced: [force-push] force-push [2Jmain now
      next      other sessions hear it at their next command or commit; git claim intents lists what is announced

    alice$ git claim intent 'force-push [2Jmain
    now' --kind force-push
    announced: [force-push] force-push [2Jmain now
      next      other sessions hear it at their next command or commit; git claim intents lists what is announced

    bob$ git claim intent 'delete src/old'
    announced: delete src/old
      alice announced: force-push [2Jmain now (<age> ago)
      alice announced: force-push [2Jmain now (<age> ago)
      next      other sessions hear it at their next command or commit; git claim intents lists what is announced

    bob$ git claim --no-worktree ORDER-2
    ORDER-2 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  here
      next      git claim complete ORDER-2, when its work is done
    stderr:
    warning: alice announced: force-push [2Jmain now (<age> ago)
    warning: alice announced: force-push [2Jmain now (<age> ago)

    bob$ git claim release ORDER-2
    ORDER-2 is released: anybody may claim it
      next      git claim <order> claims other work

    alice$ git claim hand ORDER-1 --to bob
    ORDER-1 is now held by bob (generation 2)
      worktree  here
      next      bob goes on with git claim ORDER-1; git claim <order> claims other work

    bob$ git claim complete ORDER-1
    ORDER-1 is completed
      next      git claim <order> claims other work
    stderr:
    warning: ORDER-1: nothing was committed for it since it was claimed

    bob$ git claim intents
    <when>  alice  announced: [force-push] force-push [2Jmain now
    <when>  alice  announced: [force-push] force-push [2Jmain now
    <when>  bob    announced: delete src/old

    bob$ git claim feed
    <when>  alice  claimed ORDER-1 (generation 1)
    <when>  alice  announced: [force-push] force-push [2Jmain now
    <when>  alice  announced: [force-push] force-push [2Jmain now
    <when>  bob    announced: delete src/old
    <when>  bob    claimed ORDER-2 (generation 1)
    <when>  bob    released ORDER-2
    <when>  alice  handed ORDER-1 over to bob
    <when>  bob    completed ORDER-1

    bob$ git claim feed ORDER-3
    no recent events of ORDER-3
    "
  `);
});

test('a claim tells what others announced, each once', async () => {
  const sandbox = createSandbox();
  const say = async (session: string, ...args: string[]) =>
    (await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session } })).stderr.match(/announced: \w+/g);
  await say('alice', 'intent', 'one');
  expect(await say('bob', '--no-worktree', 'ORDER-1')).toEqual(['announced: one']);
  expect(await say('bob', '--no-worktree', 'ORDER-2')).toBeNull();
  await say('alice', 'intent', 'two');
  expect(await say('bob', '--no-worktree', 'ORDER-3')).toEqual(['announced: two']);
  expect(await say('carol', '--no-worktree', 'ORDER-4')).toEqual(['announced: one', 'announced: two']);
});

test('a holder hears who waits for its order, once, and nobody else does', async () => {
  const sandbox = createSandbox();
  const say = async (session: string, ...args: string[]) =>
    (await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session } })).transcript;
  await say('alice', 'ORDER-1');
  const env = { ...sandbox.env, GIT_CLAIM_SESSION: 'bob' };
  const waiting = spawn(join(PACKAGE, 'bin/git-claim'), ['--wait', 'ORDER-1'], { cwd: sandbox.repo, env });
  const ended = once(waiting, 'close');
  let heard = '';
  while (!heard.includes('waiting')) heard += String((await once(waiting.stderr, 'data'))[0]);
  while (!(await say('carol', 'feed')).includes('bob    waits for ORDER-1')) await setTimeout(100);
  expect(await say('carol', 'check')).not.toContain('waiting for');
  expect(await say('alice', 'intent', 'go on')).toMatch(/bob announced: waiting for ORDER-1 \(<age> ago\)/);
  expect((await say('alice', 'feed')).match(/waits for ORDER-1/g)).toHaveLength(1);
  await say('alice', 'release', 'ORDER-1');
  expect(await ended).toEqual([0, null]);
});

test('what a session heard at its start or in a check, its first claim does not repeat', async () => {
  const sandbox = createSandbox();
  const say = async (session: string, ...args: string[]) =>
    (await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session } })).transcript;
  for (const [session, command] of [
    ['ada', ['session', 'start']],
    ['eve', ['check']],
  ] as const) {
    await say('bob', 'intent', `first for ${session}`);
    expect(await say(session, ...command)).toContain(`bob announced: first for ${session}`);
    await say('bob', 'intent', `then for ${session}`);
    const claimed = await say(session, '--no-worktree', session === 'ada' ? 'ORDER-1' : 'ORDER-2');
    expect(claimed.match(/bob announced: .* for \w+/g)).toEqual([`bob announced: then for ${session}`]);
  }
});

test('a feed that is followed goes on when the cache is deleted, and ends well when it is interrupted', async () => {
  const sandbox = createSandbox();
  const intent = (what: string) => runCli(sandbox, ['intent', what], { env: { GIT_CLAIM_SESSION: 'alice' } });
  await intent('one');
  const child = spawn(join(PACKAGE, 'bin/git-claim'), ['feed', '--follow'], { cwd: sandbox.repo, env: sandbox.env });
  const [errors, ended] = [text(child.stderr), once(child, 'close')];
  let told = '';
  const heard = async (what: string) => {
    while (!told.includes(what)) told += String((await once(child.stdout, 'data'))[0]);
  };
  await heard('announced: one');
  await intent('two');
  await heard('announced: two');
  rmSync(join(sandbox.repo, '.git/claim'), { recursive: true });
  await intent('three');
  await heard('announced: three');
  child.kill('SIGINT');
  expect([await ended, await errors]).toEqual([[0, null], '']);
  expect(told.match(/announced: \w+/g)).toEqual(['announced: one', 'announced: two', 'announced: three']);
});

test('a feed that is followed ends when nobody reads any more', async () => {
  const sandbox = createSandbox();
  const intent = () => runCli(sandbox, ['intent', 'one'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  await intent();
  const child = spawn(join(PACKAGE, 'bin/git-claim'), ['feed', '--follow'], { cwd: sandbox.repo, env: sandbox.env });
  const [errors, ended] = [text(child.stderr), once(child, 'close')];
  await once(child.stdout, 'data');
  child.stdout.destroy();
  await intent();
  expect([await ended, await errors]).toEqual([[0, null], '']);
});
