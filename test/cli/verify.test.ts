import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beyondTerminal } from '../support/beyond-terminal.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, PACKAGE, type Sandbox } from '../support/sandbox.ts';
import { untilQuiet } from '../support/sessions.ts';

let sandbox: Sandbox;
let tree: string;
/** A shallow checkout of the branch, as CI has it: one commit, HEAD on no branch, no claims. */
let checkout: string;

const as = (session: string, ...words: string[]) => runCli(sandbox, words, { env: { GIT_CLAIM_SESSION: session } });
const inCheckout = (...words: string[]) => runCli(sandbox, ['verify', ...words], { cwd: checkout });

/** Commits as a hook would have it signed, or otherwise. */
function commit(session: string, message = `work\n\nOrder: ORDER-1\nClaim-Session: ${session}\n`): string {
  const date = new Date().toISOString();
  const env = { ...sandbox.env, GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date };
  execFileSync('git', ['commit', '--quiet', '--allow-empty', '--no-verify', '-m', message], { cwd: tree, env });
  return sandbox.git(['rev-parse', 'HEAD'], tree);
}

beforeAll(async () => {
  sandbox = createSandbox();
  tree = join(`${sandbox.repo}.claims`, 'ORDER-1');
  const origin = join(sandbox.dir, 'origin.git');
  sandbox.git(['init', '--quiet', '--bare', origin]);
  sandbox.git(['remote', 'add', 'origin', origin]);
  sandbox.git(['push', '--quiet', 'origin', 'main']);
  expect((await as('ada', 'ORDER-1')).code).toBe(0);
  commit('ada');
  publish();
  checkout = join(sandbox.dir, 'checkout');
  sandbox.git(['clone', '--quiet', '--depth=1', '--branch=order-1', `file://${origin}`, checkout], sandbox.dir);
  sandbox.git(['checkout', '--quiet', '--detach'], checkout);
});

afterAll(() => untilQuiet(sandbox));

function publish(): void {
  sandbox.git(['push', '--quiet', '--force', 'origin', 'order-1', 'refs/claims/*:refs/claims/*']);
}

/** Lets the checkout have what is on the branch now, and no more. */
function checkOut(): void {
  publish();
  sandbox.git(['fetch', '--quiet', '--depth=1', 'origin', 'order-1'], checkout);
  sandbox.git(['checkout', '--quiet', '--detach', 'FETCH_HEAD'], checkout);
}

test('in a shallow checkout without claims it reads those of origin, and fetches nothing else', async () => {
  const { code, stdout, stderr } = await inCheckout();
  expect({ code, stderr, stdout }).toEqual({
    code: 0,
    stderr: '',
    stdout: '1 commit of HEAD: all as the claims of origin say\n',
  });
  expect(
    sandbox
      .git(['for-each-ref', '--format=%(refname)'], checkout)
      .split('\n')
      .filter((ref) => ref.includes('claim')),
  ).toEqual(['refs/claims-remote/origin/orders/ORDER-1']);
  expect(sandbox.git(['rev-list', '--count', '--all'], checkout)).toBe('1');
});

test('a session that lost the order, and one that never had it, are found, in text and in JSON', async () => {
  const eve = commit('eve');
  await as('bob', 'session', 'start');
  expect((await as('ada', 'hand', 'ORDER-1', '--to', 'bob')).code).toBe(0);
  checkOut();
  const { code, stdout } = await inCheckout('HEAD');
  expect(code).toBe(5);
  // It was handed over in about the same second.
  expect(
    stdout.replace(eve.slice(0, 10), '<eve>').replace('and bob held', 'and ada held'),
  ).toBe(`block  ORDER-1: eve worked on it last, and it is bob's now
block  <eve>  ORDER-1: eve never held it, and ada held it then
compared 1 commit of HEAD with the claims of origin
`);
  const document = JSON.parse((await inCheckout('--json')).stdout);
  expect(document).toMatchObject({
    ok: true,
    findings: [
      { kind: 'taken', severity: 'block', order: 'ORDER-1', commit: null, session: 'eve', holder: 'bob' },
      { kind: 'no-holder', severity: 'block', order: 'ORDER-1', commit: eve, session: 'eve' },
    ],
    verified: { range: 'HEAD', commits: 1, remote: 'origin' },
  });
});

test('in a clone the branch itself counts, and by default the commits that the default branch does not have', async () => {
  commit('bob', 'no word of an order');
  const { code, stdout } = await runCli(sandbox, ['verify'], { cwd: tree });
  expect(code).toBe(5);
  const steady = stdout.replaceAll(/[0-9a-f]{10,40}/g, '<oid>').replace('and bob held', 'and ada held');
  expect(steady).toMatchInlineSnapshot(`
    "block  ORDER-1: eve worked on it last, and it is bob's now
    block  <oid>  ORDER-1: eve never held it, and ada held it then
    warn   <oid>  it names no order (Order:)
    compared 3 commits of main..HEAD with the claims here
    "
  `);
});

test('a range that is none, and a remote that does not answer, are errors', async () => {
  for (const range of ['nothing..HEAD', '--output=x', '-1', 'main:x', ''])
    expect([range, (await inCheckout('--', range)).code]).toEqual([range, 129]);
  expect((await inCheckout('HEAD', 'HEAD')).code).toBe(129);
  sandbox.git(['remote', 'set-url', 'origin', join(sandbox.dir, 'nowhere.git')], checkout);
  const { code, stderr } = await inCheckout();
  expect([code, stderr.split('\n')[0]]).toEqual([7, expect.stringMatching(/^error: origin cannot be read: /)]);
});

test('the action runs that command, with a range that no shell reads', () => {
  const action = load(readFileSync(join(PACKAGE, 'action.yml'), 'utf8')) as Action;
  const [step] = action.runs.steps;
  expect(Object.values(step?.env ?? {})).toEqual(['range', 'version'].map((name) => `\${{ inputs.${name} }}`));
  const bin = join(sandbox.dir, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'npx'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
  const words = beyondTerminal('sh', ['-e', '-c', step?.run ?? '']);
  const said = (range: string) =>
    spawnSync(words.file, words.args, {
      argv0: words.argv0,
      env: { PATH: `${bin}:${process.env['PATH']}`, RANGE: range, VERSION: 'latest' },
      encoding: 'utf8',
    }).stdout.split('\n');
  expect(said('')).toEqual(['--yes', 'git-claim@latest', 'verify', '']);
  expect(said('a..$(touch x) b')).toEqual(['--yes', 'git-claim@latest', 'verify', '--', 'a..$(touch x) b', '']);
});

type Action = { readonly runs: { readonly steps: readonly { readonly run: string; readonly env: object }[] } };
