import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { startAgent } from '../support/living-sessions.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { untilQuiet } from '../support/sessions.ts';

const QUICK = { heartbeat: '300ms', staleAfter: '600ms', grace: '400ms', expireAfter: '1200ms' };
const BOB = { env: { GIT_CLAIM_SESSION: 'bob' } };
const FIVE_HOURS_MS = 5 * 3_600_000;

test.for([
  { who: 'whose process runs', isWatched: true },
  { who: 'of whose process nothing is known', isWatched: false },
])('a session $who, and that only edits files, keeps its claim as long as it does', async ({ isWatched }) => {
  const sandbox = place({ ...QUICK, idleAfter: '1s', maxIdle: '1500ms' });
  const alice = startAgent('alice');
  onTestFinished(alice.end);
  const { GIT_CLAIM_ANCHOR: _, ...unwatched } = alice.env;
  await runCli(sandbox, ['ORDER-1'], { env: isWatched ? alice.env : unwatched });
  const folder = join(treeOf(sandbox), 'new', 'and deep');
  mkdirSync(folder, { recursive: true });
  const editing = setInterval(() => writeFileSync(join(folder, 'notes'), String(Date.now())), 50);
  onTestFinished(() => clearInterval(editing));
  for (let looks = 0; looks < 8; looks += 1) {
    expect((await runCli(sandbox, ['ORDER-1'], BOB)).code).toBe(3);
    await sleep(300);
  }
  clearInterval(editing);
  expect(recordOf(sandbox)).toContain('Action: claim\n');
  expect(await runCli(sandbox, ['ORDER-1', '--wait'], BOB)).toMatchObject({ code: 0 });
  expect((await runCli(sandbox, ['log', 'ORDER-1'], BOB)).stdout).toMatch(/ take .*\n.* challenge .*\n.* claim /);
  alice.end();
  await untilQuiet(sandbox);
});

test('a process that lives, in a worktree that is in use, protects its claim whatever the cache says', async () => {
  const sandbox = place({});
  const alice = startAgent('alice');
  onTestFinished(alice.end);
  await runCli(sandbox, ['ORDER-1'], { env: alice.env });
  for (let looks = 0; looks < 3; looks += 1) {
    const cache = new Database(join(sandbox.repo, '.git/claim/cache.db'));
    const columns = ['heartbeat', 'activity', 'silent_since', 'first_seen', 'last_seen'].map((name) => `${name}_mono_ms`);
    cache.exec(`UPDATE lease SET ${columns.map((name) => `${name} = ${name} - ${FIVE_HOURS_MS}`).join(', ')}`);
    cache.close();
    expect(await runCli(sandbox, ['ORDER-1'], BOB)).toMatchObject({ code: 3 });
  }
  expect(recordOf(sandbox)).toContain('Action: claim\n');
  alice.end();
  await untilQuiet(sandbox);
});

function place(config: Readonly<Record<string, string>>): Sandbox {
  const sandbox = createSandbox();
  for (const [key, value] of Object.entries(config)) sandbox.git(['config', `claim.${key}`, value]);
  return sandbox;
}

const treeOf = (sandbox: Sandbox) => join(sandbox.dir, 'my äpp.claims/ORDER-1');
const recordOf = (sandbox: Sandbox) => sandbox.git(['for-each-ref', '--format=%(contents)', 'refs/claims/ORDER-1']);
