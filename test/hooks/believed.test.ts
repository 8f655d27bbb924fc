import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { git, installHooks, stage } from '../support/hooks.ts';
import { type Agent, startAgent } from '../support/living-sessions.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { untilQuiet } from '../support/sessions.ts';

/*
 * Who is believed: a session whose process lives, only inside that process; an agent, by its process; configuration, from files.
 */

const KEY = '7f3a21aa-0000-4000-8000-000000000000';
const held: { readonly sandbox: Sandbox; readonly agent: Agent }[] = [];
afterAll(async () => {
  for (const { agent } of held) agent.end();
  for (const { sandbox } of held) await untilQuiet(sandbox);
});

/** Claude holds ORDER-1 and its process lives; `stranger` runs a shell's words in its tree, outside that process. */
function heldByAgent(mode: 'soft' | 'hard') {
  const sandbox = createSandbox();
  installHooks(sandbox, mode);
  const agent = startAgent('claude', { GIT_CLAIM_SESSION: undefined, CLAUDE_CODE_SESSION_ID: KEY });
  held.push({ sandbox, agent });
  // The helper ends soon after its session.
  sandbox.git(['config', 'claim.heartbeat', '1s']);
  expect(git(sandbox, ['claim', 'ORDER-1'], { env: agent.env })).toMatchObject({ code: 0 });
  const tree = join(sandbox.dir, 'my äpp.claims/ORDER-1');
  const commit = 'git commit --quiet --allow-empty --message x';
  const stranger = (env: Record<string, string | undefined>, program: readonly string[] = ['sh', '-c'], words = commit) => {
    const [name = '', ...args] = program;
    const ran = spawnSync(name, [...args, words], {
      cwd: tree,
      env: { ...sandbox.env, ...env } as NodeJS.ProcessEnv,
      encoding: 'utf8',
    });
    return { code: ran.status, out: ran.stdout + ran.stderr };
  };
  return { sandbox, tree, agent, stranger };
}

/** A program of this name, in a script as npm and pip install them, that runs its last argument in a shell. */
function program(sandbox: Sandbox, name: string): readonly string[] {
  const file = join(sandbox.dir, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '#!/bin/sh\nsh -c "$1"\nexit $?\n');
  chmodSync(file, 0o755);
  return [file];
}

const REFUSED = /refused: order-1 is the branch of ORDER-1: claude-\w+ holds it since/;

test.each([
  ['its agent’s variable', { CLAUDE_CODE_SESSION_ID: KEY }],
  ['its name', { GIT_CLAIM_SESSION: `claude:${KEY}` }],
  ['its name, and the variable of an agent of its own', { GIT_CLAIM_SESSION: `claude:${KEY}`, CODEX_THREAD_ID: 'mine' }],
  ['no name at all, and no terminal', {}],
])('a live session’s commit is not made from outside its process with %s', async (_, env) => {
  const { sandbox, stranger } = heldByAgent('hard');
  expect(stranger(env)).toEqual({ code: 1, out: expect.stringMatching(REFUSED) });
  const skipped = 'git commit --quiet --no-verify --allow-empty --message x';
  expect(stranger(env, undefined, skipped)).toEqual({ code: 1, out: expect.stringMatching(REFUSED) });
  expect(sandbox.git(['log', '--format=%s', 'main..order-1'])).toBe('');
});

test('in soft mode the same is told, and the commit does not carry the holder’s name', async () => {
  const { sandbox, stranger, agent } = heldByAgent('soft');
  expect(stranger({})).toEqual({ code: 0, out: expect.stringContaining('warning: order-1 is the branch of ORDER-1') });
  expect(sandbox.git(['log', '-1', '--format=%(trailers:key=Claim-Session,valueonly)', 'order-1'])).toBe('');
  expect(stranger(agent.env)).toEqual({ code: 0, out: '' });
  expect(sandbox.git(['log', '-1', '--format=%(trailers:key=Claim-Session,valueonly)', 'order-1'])).toMatch(/^claude-/);
});

test.each(['aider', 'bin/codex', 'lib/node_modules/@google/gemini-cli/dist/index.js'])(
  'an agent without variables, known by its process %s, is not the holder’s guest',
  async (name) => {
    const { sandbox, stranger } = heldByAgent('hard');
    const { code, out } = stranger({}, program(sandbox, name));
    expect({ code, out }).toEqual({ code: 1, out: expect.stringMatching(REFUSED) });
    expect(stranger({ PATH: sandbox.env['PATH'] }, ['bash', '-c', 'exec -a aider bash -c "$0; exit"'])).toEqual({
      code: 1,
      out: expect.stringMatching(REFUSED),
    });
  },
);

test('a person at a terminal is a guest, and commands in the session’s own process are its own', async () => {
  const { sandbox, tree, agent, stranger } = heldByAgent('hard');
  const typed = ['-qec', 'git commit --quiet --allow-empty -m person', '/dev/null'];
  expect(spawnSync('script', typed, { cwd: tree, env: sandbox.env, encoding: 'utf8' }).stdout).toBe('');
  expect(sandbox.git(['log', '-1', '--format=%s', 'order-1'])).toBe('person');
  expect(stranger(agent.env)).toEqual({ code: 0, out: '' });
  // When its process is gone, a session goes on elsewhere.
  agent.end();
  expect(stranger({ CLAUDE_CODE_SESSION_ID: KEY, GIT_CLAIM_ANCHOR: '' })).toMatchObject({ code: 0 });
});

test('neither a command line nor an environment lowers the gate', async () => {
  const { sandbox, stranger } = heldByAgent('hard');
  const evil = join(sandbox.dir, 'evil');
  writeFileSync(
    evil,
    '[user]\n\tname = B\n\temail = b@example.com\n[claim]\n\tmode = shadow\n[claim "rule"]\n\tbranch = off\n\trefs = off\n',
  );
  const lower = (key: string, value: string) => ({ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: key, GIT_CONFIG_VALUE_0: value });
  const bob = { GIT_CLAIM_SESSION: 'bob' };
  const move = 'git update-ref refs/heads/order-1 "$(git commit-tree -m x main^{tree})"';
  for (const [env, options] of [
    [lower('claim.mode', 'shadow'), ''],
    [lower('claim.rule.branch', 'off'), ''],
    [lower('claim.refPrefix', 'refs/none/'), ''],
    [{ GIT_CONFIG_GLOBAL: evil }, ''],
    [{}, '-c claim.mode=soft'],
    [{}, '-c claim.rule.branch=off -c claim.rule.refs=off'],
    [{}, '-c claim.refPrefix=refs/none'],
  ] as const) {
    const said = { options, env };
    const refused = { ...said, code: expect.toSatisfy((code) => code !== 0) };
    const commit = `git ${options} commit --allow-empty -m x`;
    expect({ ...said, ...stranger({ ...bob, ...env }, undefined, commit) }).toEqual({
      ...refused,
      out: expect.stringMatching(REFUSED),
    });
    const moved = stranger({ ...bob, ...env }, undefined, move.replace('git update-ref', `git ${options} update-ref`));
    expect({ ...said, ...moved }).toEqual({ ...refused, out: expect.stringContaining('ORDER-1 is held by claude-') });
  }
});

test('a record that git replaces by another one is read as it was written', async () => {
  const { sandbox, tree } = heldByAgent('soft');
  await runCli(sandbox, ['ORDER-2'], { env: { GIT_CLAIM_SESSION: 'bob' } });
  const forged = sandbox
    .git(['cat-file', 'tag', 'refs/claims/ORDER-2'])
    .replaceAll('ORDER-2', 'ORDER-1')
    .replaceAll('order-2', 'order-1');
  writeFileSync(join(sandbox.dir, 'forged'), `${forged}\n`);
  const oid = sandbox.git(['hash-object', '-t', 'tag', '-w', join(sandbox.dir, 'forged')]);
  const replace = ['replace', '-f', 'refs/claims/ORDER-1', oid];
  expect(git(sandbox, replace)).toMatchObject({ code: 0 });
  expect(sandbox.git(['for-each-ref', '--format=%(contents:trailers:key=Session,valueonly)', 'refs/claims/ORDER-1'])).toContain(
    'bob',
  );
  const bob = { env: { GIT_CLAIM_SESSION: 'bob' } };
  expect((await runCli(sandbox, ['list'], bob)).stdout).toMatch(/ORDER-1 +claude-/);
  expect((await runCli(sandbox, ['release', 'ORDER-1'], bob)).code).not.toBe(0);
  expect(git(sandbox, ['commit', '--allow-empty', '-m', 'x'], { cwd: tree, session: 'bob' }).out).toContain('claude-');
  // A tree is made of what the person's git reads.
  installHooks(sandbox, 'hard');
  sandbox.git(['replace', '-d', sandbox.git(['rev-parse', 'refs/claims/ORDER-1'])]);
  expect(git(sandbox, replace)).toEqual({
    code: expect.toSatisfy((code) => code !== 0),
    out: expect.stringContaining('only git claim changes'),
  });
  stage(sandbox, 'file', 'x');
  sandbox.git(['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '-m', 'another']);
  expect(git(sandbox, ['replace', '-f', 'main~1', 'main'])).toMatchObject({ code: 0 });
});

test('a deletion is told by the lock that git takes for it, not by what the process calls itself', async () => {
  const { sandbox } = heldByAgent('hard');
  const oid = sandbox.git(['rev-parse', 'refs/claims/ORDER-1']);
  const names = ['git', 'gitpack-refs--all--prune', 'gitpack-refs--all--prune\n'];
  for (const isPacked of [false, true]) {
    if (isPacked) expect(git(sandbox, ['pack-refs', '--all', '--prune'])).toMatchObject({ code: 0 });
    for (const name of names)
      for (const old of ['', oid]) {
        const words = `exec -a "$0" git update-ref -d refs/claims/ORDER-1 ${old}`;
        const { status, stderr } = spawnSync('bash', ['-c', words, name], {
          cwd: sandbox.repo,
          env: sandbox.env,
          encoding: 'utf8',
        });
        expect({ isPacked, name, old, status, stderr }).toEqual({
          ...{ isPacked, name, old, status: expect.toSatisfy((code) => code !== 0) },
          stderr: expect.stringContaining('only git claim changes refs/claims/ORDER-1'),
        });
      }
  }
  expect(sandbox.git(['rev-parse', 'refs/claims/ORDER-1'])).toBe(oid);
  sandbox.git(['branch', 'free', 'main']);
  expect(git(sandbox, ['pack-refs', '--all'])).toMatchObject({ code: 0 });
  expect(git(sandbox, ['branch', '-D', '-q', 'free'])).toEqual({ code: 0, out: '' });
});
