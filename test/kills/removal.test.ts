import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { inParallel, locksIn, runAs, untilQuiet } from '../support/sessions.ts';
import { traceSteps } from '../support/step-trace.ts';

const FILES = 3;
/** Some eighty removals, each with the claim after it. */
const TIMEOUT_MS = 400_000;
const REMOVE = ['worktree', 'remove', '--save', 'ORDER-1'];
const HAS_STRACE = spawnSync('strace', ['-V']).status === 0;

test(
  'worktree remove: no effect without a label, and after a kill -9 at any label the next claim has all the work',
  async ({ skip }) => {
    skip(!HAS_STRACE, 'strace is not installed: nothing else shows what a command does besides what it says');
    const { steps, unlabelled } = await traceSteps(await prepare(createSandbox(FILES)), 'alice', REMOVE);
    expect(unlabelled).toEqual([]);
    const points = [...new Set(steps)].flatMap((step) => lastAndFirst(steps, step));
    const complaints = await inParallel(points, 2, async (point) => {
      const sandbox = await prepare(createSandbox(FILES));
      const killed = await runAs(sandbox, 'alice', REMOVE, { env: { GIT_CLAIM_CRASH_AT: point } });
      if (killed.signal !== 'SIGKILL') return [`${point}: ended by itself: ${killed.stderr}`];
      return (await complaintsAfter(sandbox)).map((complaint) => `${point}: ${complaint}`);
    });
    console.log(`worktree remove: killed at ${points.length} labels`);
    expect(complaints.flat()).toEqual([]);
  },
  TIMEOUT_MS,
);

/** Many labels are passed once for each git call of a kind. */
function lastAndFirst(steps: readonly string[], step: string): string[] {
  const count = steps.filter((one) => one === step).length;
  return [...new Set([1, count])].map((pass) => `${step}#${pass}`);
}

/** A released order whose worktree has a commit, a staged file that changed again, and an ignored file. */
async function prepare(sandbox: Sandbox): Promise<Sandbox> {
  const tree = treeOf(sandbox);
  writeFileSync(join(sandbox.repo, '.git/info/exclude'), '.env\n');
  await runAs(sandbox, 'alice', ['ORDER-1']);
  writeFileSync(join(tree, 'own'), 'committed');
  sandbox.git(['add', 'own'], tree);
  sandbox.git(['commit', '--quiet', '--message', 'own'], tree);
  writeFileSync(join(tree, 'own'), 'staged');
  sandbox.git(['add', 'own'], tree);
  writeFileSync(join(tree, 'own'), 'changed again');
  writeFileSync(join(tree, '.env'), 'ignored');
  const { code, stderr } = await runAs(sandbox, 'alice', ['release', 'ORDER-1']);
  if (code !== 0) throw new Error(stderr);
  return sandbox;
}

async function complaintsAfter(sandbox: Sandbox): Promise<string[]> {
  await untilQuiet(sandbox);
  const again = await runAs(sandbox, 'alice', ['ORDER-1']);
  if (again.code !== 0) return [`claim: exit ${again.code}: ${again.stderr}`];
  await untilQuiet(sandbox);
  const tree = treeOf(sandbox);
  const own = readFileSync(join(tree, 'own'), 'utf8');
  const refs = sandbox.git(['for-each-ref', '--format=%(refname)', 'refs/claim-rescue']).split('\n');
  const kept = refs.filter((ref) => ref !== '' && isWhole(sandbox, ref));
  const isIntact = own === 'changed again' && existsSync(join(tree, '.env')) && sandbox.git(['show', ':own'], tree) === 'staged';
  const isAnew = own === 'committed' && !existsSync(join(tree, '.env'));
  const isNamed = kept.length === 0 || !again.stderr.includes('is back at') || kept.some((ref) => again.stderr.includes(ref));
  const strays = readdirSync(`${sandbox.repo}.claims`).filter((name) => name !== 'ORDER-1');
  const trees = sandbox.git(['worktree', 'list']).split('\n').length;
  return [
    ...(isIntact || (isAnew && kept.length > 0) ? [] : [`own is ${JSON.stringify(own)}, refs ${refs.join(' ')}`]),
    ...(isNamed ? [] : [`nobody named ${kept.join(' ')}: ${again.stderr}`]),
    ...(sandbox.git(['log', '--format=%s', '-1'], tree) === 'own' ? [] : ['the commit is not on the branch']),
    ...strays.map((name) => `beside the worktree: ${name}`),
    ...(trees === 2 ? [] : [`${trees} worktrees`]),
    ...locksIn(sandbox).map((name) => `left: ${name}`),
  ];
}

function isWhole({ git }: Sandbox, ref: string): boolean {
  const texts = ['', '^2', '^3'].map((parent) => {
    try {
      return git(['show', `${ref}${parent}:${parent === '^3' ? '.env' : 'own'}`]);
    } catch {
      return null;
    }
  });
  return texts.join(' ') === 'changed again staged ignored';
}

function treeOf({ repo }: Sandbox): string {
  return join(`${repo}.claims`, 'ORDER-1');
}
