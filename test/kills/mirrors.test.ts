import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GivenAnswer } from '../../src/adapters/system/given-answer.ts';
import { type Command, complaintsAfterKill, prepare } from '../support/after-kill.ts';
import { sqliteCaches } from '../support/caches.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { inParallel, processesOf, runAs } from '../support/sessions.ts';
import { traceSteps } from '../support/step-trace.ts';

const HAS_STRACE = spawnSync('strace', ['-V']).status === 0;
const ORDER = '---\r\nstatus: To Do # soon\r\n---\r\n';
const SETUP = 'cp .env made && sleep 0.05';
/** The order's file, the event log and the setup of a new worktree, each with a kill. */
const OURS =
  /update-ref|sql (?:owe|pay|append event)|file (?:order|copy|setup note|mirrored|mkdir mirrored|remove mirrored|index.*)|setup command/;

const claim: Command = {
  ...{ name: 'claim', before: [], session: 'alice', args: ['ORDER-1'] },
  ...{ holder: 'alice', state: 'active', hasTree: true },
};
const release: Command = {
  ...{ name: 'release', before: [['alice', 'ORDER-1']], session: 'alice', args: ['release', 'ORDER-1'] },
  ...{ holder: 'alice', state: 'released', hasTree: true },
};
const run: Command = {
  ...{ name: 'run', before: [], session: 'alice', args: ['run', 'ORDER-1', '--', 'true'] },
  ...{ holder: 'alice', state: 'released', hasTree: true },
};

test.for([
  { command: claim, status: 'In Progress', events: ['claim'] },
  { command: release, status: 'To Do', events: ['claim', 'release'] },
])(
  '$command.name: file, event and worktree are repaired by the same command after a kill -9 at any of their labels',
  async ({ command, status, events }, { skip }) => {
    skip(!HAS_STRACE, 'strace is not installed: nothing else shows what a command does besides what it says');
    const { steps, unlabelled } = await traceSteps(await prepare(await withOrder(), command), 'alice', command.args);
    expect(unlabelled).toEqual([]);
    const points = steps.map((step, at) => [step, steps.slice(0, at + 1).filter((one) => one === step).length] as const);
    const ours = points.filter(([step]) => OURS.test(step)).map((point) => point.join('#'));
    const complaints = await inParallel(ours, 2, async (point) => {
      const sandbox = await prepare(await withOrder(), command);
      const killed = await runAs(sandbox, 'alice', command.args, { env: { GIT_CLAIM_CRASH_AT: point } });
      const ended = killed.signal === 'SIGKILL' ? [] : [`ended by itself: ${killed.stderr}`];
      const found = [...ended, ...(await complaintsAfterKill(sandbox, command)), ...mismatches(sandbox, status, events)];
      return [...found, ...processesOf(sandbox)].map((complaint) => `${point}: ${complaint}`);
    });
    console.log(`${command.name} with an order file: killed at ${ours.length} labels`);
    expect(complaints.flat()).toEqual([]);
  },
);

test('run: a kill -9 before and after the program is repaired by the same command', async () => {
  const points = ['before program hold', 'after program hold', 'after git update-ref', 'after git update-ref#2'];
  const complaints = await inParallel(points, 2, async (point) => {
    const sandbox = await prepare(await withOrder(), run);
    const killed = await runAs(sandbox, 'alice', run.args, { env: { GIT_CLAIM_CRASH_AT: point } });
    const ended = killed.signal === 'SIGKILL' ? [] : [`ended by itself: ${killed.stderr}`];
    return [...ended, ...(await complaintsAfterKill(sandbox, run))].map((complaint) => `${point}: ${complaint}`);
  });
  expect(complaints.flat()).toEqual([]);
});

test('claim without init: a kill -9 while the filter is installed is repaired by the next claim, and uninstalled whole', async () => {
  const points = [
    'after file write manifest',
    'after file write config',
    'after file write config#2',
    'after file write attributes',
  ];
  const complaints = await inParallel(points, 2, async (point) => {
    const sandbox = createSandbox(3);
    const { repo, git } = sandbox;
    mkdirSync(join(repo, 'orders'));
    writeFileSync(join(repo, 'orders/ORDER-1.md'), ORDER);
    git(['add', '.']);
    git(['commit', '--quiet', '--message', 'an order']);
    const config = readFileSync(join(repo, '.git/config'));
    const killed = await runAs(sandbox, 'alice', ['--no-worktree', 'ORDER-1'], { env: { GIT_CLAIM_CRASH_AT: point } });
    const seen = git(['status', '--porcelain']);
    await runAs(sandbox, 'alice', ['--no-worktree', 'ORDER-1']);
    const shown = readFileSync(join(repo, 'orders/ORDER-1.md'), 'utf8').includes('claimed_by: alice');
    const after = git(['status', '--porcelain']);
    await runAs(sandbox, 'alice', ['init', '--uninstall']);
    const isRestored = readFileSync(join(repo, '.git/config')).equals(config) && !existsSync(join(repo, '.git/info/attributes'));
    return JSON.stringify([point, killed.signal, seen, shown, after, isRestored]);
  });
  expect(complaints).toEqual(points.map((point) => JSON.stringify([point, 'SIGKILL', '', true, '', true])));
});

async function withOrder(): Promise<Sandbox> {
  const sandbox = createSandbox(3);
  const { repo, env, git } = sandbox;
  mkdirSync(join(repo, 'orders'));
  writeFileSync(join(repo, 'orders/ORDER-1.md'), ORDER);
  writeFileSync(join(repo, '.gitignore'), '.env\nmade\n');
  writeFileSync(join(repo, '.worktreeinclude'), '.env\n');
  git(['add', '.']);
  git(['commit', '--quiet', '--message', 'an order']);
  writeFileSync(join(repo, '.env'), 'SECRET=1\n');
  await runAs(sandbox, 'alice', ['init']);
  git(['config', 'claim.setup', SETUP]);
  git(['config', 'claim.heartbeat', '300ms']);
  git(['config', 'claim.staleAfter', '60s']);
  new GivenAnswer(env, 'trusted', join(repo, '.git'), [SETUP]).add();
  return sandbox;
}

/** Returns what the file, the event log or the worktree tells wrongly. */
function mismatches({ dir, repo, git }: Sandbox, status: string, events: readonly string[]): string[] {
  const text = readFileSync(join(repo, 'orders/ORDER-1.md'), 'utf8');
  const isRight =
    status === 'To Do' ? text === ORDER : text.startsWith(`---\r\nstatus: ${status} # soon\r\nclaimed_by: alice\r\n`);
  const made = join(dir, 'my äpp.claims/ORDER-1/made');
  const { cache, events: log, outbox } = sqliteCaches(join(repo, '.git'), 1e9);
  const [told, pending] = [log.read({ limit: 9 }).map(({ kind }) => kind), outbox.pending()];
  cache.close();
  return [
    ...(isRight ? [] : [`the file says ${JSON.stringify(text)}`]),
    ...(git(['status', '--porcelain']) === '' ? [] : [`git sees ${git(['status', '--porcelain'])}`]),
    ...(existsSync(made) ? [] : ['the worktree is not set up']),
    ...(told.join() === events.join() ? [] : [`the event log tells ${told.join()}`]),
    ...pending.map((entry) => `pending: ${JSON.stringify(entry)}`),
  ];
}
