import { spawn, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { beyondTerminal } from '../support/beyond-terminal.ts';
import { type Agent, startAgent } from '../support/living-sessions.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { untilQuiet } from '../support/sessions.ts';

/** The default lease in seconds instead of minutes; what comes too early must do so on a busy machine too. */
const LEASE = { heartbeat: '500ms', staleAfter: '2s', grace: '4s', expireAfter: '6s' };
/** How long after its process was seen gone a holder counts as dead: half the grace. */
const DEAD_MS = 2_100;
const REASON = ['--reason', 'its terminal\nis gone'];

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

test('a dead session is replaced with a reason: first it is shown what there is to take, then the record keeps it', async () => {
  const { say, agent, tree, record } = place();
  const alice = agent('alice');
  await say(alice, 'session', 'start', '--linear', 'ENG-7');
  await say(alice, 'ORDER-1');
  writeFileSync(join(tree, '\u001b[31mnotes'), 'half done');
  await kill(alice);

  const early = await say('bob', 'take', 'ORDER-1', ...REASON);
  expect(early).toMatchObject({ code: 3, stderr: expect.stringContaining('run the same command again then') });
  expect(early.stderr.match(/ORDER-1 is held by/g)).toHaveLength(1);
  await sleep(DEAD_MS);
  const taken = await say('bob', 'take', 'ORDER-1', ...REASON);
  expect(taken.code).toBe(0);
  expect(taken.stderr).toMatch(
    /^ORDER-1 is held by alice since .*, generation 1\n {2}dead {6}process \d+ exited(?: at least \d+s ago)?\n {2}last seen {2}\d.*\n {2}worktree {2}\S.*ORDER-1 .*\n {2}uncommitted {2}1 file: .*notes"?\n {2}linear {4}ENG-7\n$/,
  );
  const note = /its terminal is gone; process \d+ exited(?: at least \d+s ago)?; 1 changed file\n/;
  expect(taken.stdout).not.toContain('unsaved');
  expect(taken.stdout).toMatch(new RegExp(`ORDER-1 is yours \\(generation 2.*\\n {2}taken {5}from alice: ${note.source}`));
  expect(record()).toMatch(note);
  expect(record()).toContain('Linear: ENG-7');
  expect(taken.stdout + taken.stderr).not.toContain('\u001b');
  expect(existsSync(join(tree, '\u001b[31mnotes'))).toBe(true);
  expect((await say('bob', 'status', 'ORDER-1')).stdout).toMatch(new RegExp(`\\n {2}taken {5}from alice: ${note.source}`));
  expect(await say('bob', 'log', 'ORDER-1')).toMatchObject({ stdout: expect.stringMatching(note) });
  expect(await say('alice', 'status')).toMatchObject({
    stderr: expect.stringMatching(/you lost ORDER-1 to bob at \d\d:\d\d \(\d+s\): its terminal is gone/),
  });
});

test('a silent session is challenged by it, and replaced when it does not answer', async () => {
  const { say, record } = place();
  await say('alice', 'ORDER-1');
  expect(await say('bob', 'take', 'ORDER-1', ...REASON)).toMatchObject({ code: 3 });
  await sleep(2_100);
  expect(await say('bob', 'take', 'ORDER-1', ...REASON)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('unless its holder answers'),
  });
  expect(record()).toContain('Challenge: bob ');
  await sleep(4_100);
  expect(await say('bob', 'take', 'ORDER-1', ...REASON)).toMatchObject({ code: 0 });
  expect(record()).toMatch(/its terminal is gone; silent for .*, no answer to a challenge for/);
});

test('a live session is replaced by a person who types order and generation, and by nobody else', async () => {
  const { sandbox, say, agent, inTerminal, record } = place();
  await say(agent('alice'), 'ORDER-1');
  const force = ['take', 'ORDER-1', '--force', '--reason', 'now'];
  expect(await say('bob', 'take', 'ORDER-1', ...REASON)).toMatchObject({
    code: 3,
    stderr: expect.not.stringContaining('--force'),
  });
  expect(await say('bob', ...force)).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('there is no person at a terminal to ask'),
  });
  expect(asAgent(sandbox, ...force)).toMatchObject({
    status: 3,
    stderr: expect.stringContaining('only a person may take the order of a live session'),
  });
  for (const typed of ['ORDER-1', 'ORDER-1 2', 'yes', '']) {
    expect(await inTerminal(typed, ...force)).toContain('that is not "ORDER-1 1": nothing was taken');
    expect(record()).toContain('Session: alice');
  }
  expect(await inTerminal(' order-1  1', ...force)).toContain('ORDER-1 is yours (generation 2');
  expect(record()).toMatch(/\nnow; live: process \d+ runs, last heartbeat \ds ago\n/);
});

test('what changed between the question and the answer is not taken', async () => {
  const { say, agent, inTerminal, record } = place();
  const alice = agent('alice');
  await say(alice, 'ORDER-1');
  const taking = inTerminal(
    async () => {
      await say(alice, 'renew', 'ORDER-1');
      return 'ORDER-1 1';
    },
    'take',
    'ORDER-1',
    '--force',
    '--reason',
    'now',
  );
  expect(await taking).toContain('ORDER-1 has changed since it was looked at, and nothing was taken');
  expect(record()).toContain('Session: alice');
});

test('there is nothing to take where nobody else holds it', async () => {
  const { say } = place();
  await say('alice', '--no-worktree', 'ORDER-1');
  expect(await say('alice', 'take', 'ORDER-1', ...REASON)).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('ORDER-1 is yours: there is nothing to take'),
  });
  await say('alice', 'release', 'ORDER-1');
  for (const order of ['ORDER-1', 'ORDER-2'])
    expect(await say('bob', 'take', order, ...REASON)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining(`git claim ${order} claims it`),
    });
  expect(await say('bob', 'take', 'ORDER-1')).toMatchObject({ code: 129 });
});

test('whoever takes an order and works elsewhere leaves the old tree to whoever comes', async () => {
  const { say, agent, sandbox, tree } = place();
  const alice = agent('alice');
  await say(alice, 'ORDER-1');
  await kill(alice);
  await say('bob', '--no-worktree', 'ORDER-1');
  await sleep(DEAD_MS);
  expect(await say('bob', '--no-worktree', 'ORDER-1')).toMatchObject({ code: 0, stdout: expect.stringContaining('from alice') });
  expect(sandbox.git(['worktree', 'list', '--porcelain'])).not.toContain('locked');
  expect(existsSync(join(sandbox.repo, '.git/worktrees/ORDER-1/claim/binding'))).toBe(false);
  expect(existsSync(tree)).toBe(true);
});

type Speaker = string | Agent;

function place() {
  const sandbox = createSandbox();
  ended.push(() => untilQuiet(sandbox));
  for (const [key, value] of Object.entries(LEASE)) sandbox.git(['config', `claim.${key}`, value]);
  const say = (who: Speaker, ...args: string[]): Promise<CliResult> => runCli(sandbox, args, { env: environmentOf(who) });
  const agent = (name: string): Agent => {
    const one = startAgent(name);
    ended.unshift(async () => one.end());
    return one;
  };
  /** Types a line (or one chosen when the question is asked) into a terminal; returns what the terminal shows. */
  const inTerminal = async (typed: string | (() => Promise<string>), ...args: string[]): Promise<string> => {
    const line = ['git claim', ...args].join(' ');
    const { file, args: words, argv0 } = beyondTerminal('script', ['-qec', line, '/dev/null']);
    const env = { ...sandbox.env, TERM: 'dumb', GIT_CLAIM_SESSION: 'bob' };
    const child = spawn(file, words, { argv0, cwd: sandbox.repo, env, stdio: ['pipe', 'pipe', 'inherit'], detached: true });
    const seen = text(child.stdout);
    let asked = '';
    child.stdout.on('data', async (chunk) => {
      const wasAsked = asked.includes(QUESTION);
      asked += chunk;
      if (!wasAsked && asked.includes(QUESTION)) child.stdin.write(`${typeof typed === 'string' ? typed : await typed()}\n`);
    });
    return seen;
  };
  const record = () => sandbox.git(['cat-file', 'tag', 'refs/claims/ORDER-1']);
  return { sandbox, say, agent, inTerminal, record, tree: join(sandbox.dir, 'my äpp.claims', 'ORDER-1') };
}

/** It may come in pieces. */
const QUESTION = '(ORDER-1 1): ';

/** Runs a command as bob below a process that is called like a coding agent. */
function asAgent({ dir, repo, env }: Sandbox, ...args: string[]) {
  const codex = join(dir, 'codex');
  writeFileSync(codex, '#!/bin/sh\n"$@"; exit $?\n', { mode: 0o755 });
  const told = { cwd: repo, env: { ...env, GIT_CLAIM_SESSION: 'bob' }, encoding: 'utf8' } as const;
  return spawnSync(codex, ['git', 'claim', ...args], told);
}

function environmentOf(who: Speaker): Readonly<Record<string, string | undefined>> {
  return typeof who === 'string' ? { GIT_CLAIM_SESSION: who } : who.env;
}

/** Ends a session's process, and waits until it is gone. */
async function kill(agent: Agent): Promise<void> {
  const gone = new Promise((done) => agent.process.once('exit', done));
  agent.end();
  await gone;
}
