import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { clearStaleLocks, STALE_LOCK_MS } from '../../src/adapters/git/refs/stale-locks.ts';
import { openRepository } from '../../src/adapters/git/repository.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { locksIn, runAs, until } from '../support/sessions.ts';

const REF = 'refs/claims/ORDER-1';
const CLAIM = ['--no-worktree', 'ORDER-1'];

const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  }
});

test('a lock that a killed git left behind is cleared, and the claim succeeds', async () => {
  const sandbox = createSandbox();
  await leaveLock(sandbox);
  makeOld(sandbox);
  expect(await runAs(sandbox, 'alice', CLAIM)).toMatchObject({ code: 0, stderr: '' });
  expect(locksIn(sandbox)).toEqual([]);
});

test('a young lock is waited for', async () => {
  const sandbox = createSandbox();
  await leaveLock(sandbox);
  const madeAtMs = statSync(lockOf(sandbox)).mtimeMs;
  let goneAfterMs = Number.POSITIVE_INFINITY;
  const claiming = runAs(sandbox, 'alice', CLAIM);
  await until(
    () => {
      if (!existsSync(lockOf(sandbox))) goneAfterMs = Math.min(goneAfterMs, Date.now() - madeAtMs);
      return goneAfterMs < Number.POSITIVE_INFINITY;
    },
    () => 'the lock stayed',
  );
  expect(await claiming).toMatchObject({ code: 0, stderr: '' });
  expect(goneAfterMs).toBeGreaterThanOrEqual(STALE_LOCK_MS - 100);
});

test.each(['runs', 'is stopped'])('the lock of a git that %s is never removed, and the claim says who has it', async (how) => {
  const sandbox = createSandbox();
  const holder = await holdLock(sandbox);
  if (how === 'is stopped') holder.kill('SIGSTOP');
  const { ino } = statSync(lockOf(sandbox));
  const { code, stderr } = await runAs(sandbox, 'alice', CLAIM);
  expect(stderr).toContain(`${REF}.lock is in the way: process ${holder.pid} may be using it`);
  expect(code).toBe(128);
  expect(statSync(lockOf(sandbox)).ino).toBe(ino);
  expect(sandbox.git(['for-each-ref', 'refs/claims'])).toBe('');
});

test('a killed git that nobody reaps owns nothing any more', async () => {
  const sandbox = createSandbox();
  const parent = spawn('sh', ['-c', 'exec 3<&0; git update-ref --stdin <&3 & echo "pid $!"; exec sleep 1000'], {
    cwd: sandbox.repo,
    env: sandbox.env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  started.push(parent);
  let said = '';
  parent.stdout.on('data', (chunk) => (said += chunk));
  parent.stdin.write(`start\ncreate ${REF} ${sandbox.git(['rev-parse', 'HEAD'])}\nprepare\n`);
  await until(
    () => said.includes('prepare: ok'),
    () => said,
  );
  process.kill(Number(/pid ([0-9]+)/.exec(said)?.[1]), 'SIGKILL');
  makeOld(sandbox);
  expect(await runAs(sandbox, 'alice', CLAIM)).toMatchObject({ code: 0, stderr: '' });
});

test('a lock that took the place of the one that was judged is left alone', async () => {
  const sandbox = createSandbox();
  await leaveLock(sandbox);
  makeOld(sandbox);
  const repository = await openRepository(sandbox.repo, sandbox.env);
  expect(await runAs(sandbox, 'alice', ['--no-worktree', 'ORDER-2'])).toMatchObject({ code: 0 });
  await clearStaleLocks(repository, [REF], async (section) => {
    writeFileSync(join(sandbox.dir, 'fresh'), '');
    renameSync(join(sandbox.dir, 'fresh'), lockOf(sandbox));
    section();
    return null;
  });
  expect(existsSync(lockOf(sandbox))).toBe(true);
});

test('processes that clear one stale lock at once never clear each other’s', async () => {
  const sandbox = createSandbox();
  for (const round of [1, 2, 3]) {
    const order = `ROUND-${round}`;
    await leaveLock(sandbox, `refs/claims/${order}`);
    makeOld(sandbox, `refs/claims/${order}`);
    const sessions = Array.from({ length: 8 }, (_, n) => `s-${n}`);
    const ended = await Promise.all(sessions.map((session) => runAs(sandbox, session, ['--no-worktree', order])));
    expect(ended.map(({ code }) => code).sort()).toEqual([0, 3, 3, 3, 3, 3, 3, 3]);
    expect(sandbox.git(['cat-file', '-p', `refs/claims/${order}`])).toContain('\ntype tree\n');
  }
  expect(locksIn(sandbox)).toEqual([]);
});

test('the packed refs that a killed git had half written keep nobody from deleting a ref', async () => {
  const sandbox = createSandbox();
  expect(await runAs(sandbox, 'alice', ['path', 'src'])).toMatchObject({ code: 0 });
  sandbox.git(['pack-refs', '--all']);
  const half = join(sandbox.repo, '.git/packed-refs.new');
  writeFileSync(half, '# pack-refs');
  utimesSync(half, 0, 0);
  expect(await runAs(sandbox, 'alice', ['path', '--release', 'src'])).toMatchObject({ code: 0, stderr: '' });
  expect(sandbox.git(['for-each-ref', 'refs/claim-paths'])).toBe('');
  expect(existsSync(half)).toBe(false);
});

test('the lock of a killed packer does not stop packing for ever', async () => {
  const sandbox = createSandbox();
  const blob = sandbox.git(['rev-parse', 'HEAD']);
  for (let n = 1; n <= 201; n += 1) sandbox.git(['update-ref', `refs/claims/foreign-${n}`, blob]);
  const lock = join(sandbox.repo, '.git/packed-refs.lock');
  writeFileSync(lock, '');
  makeOld(sandbox, 'packed-refs');
  expect(await runAs(sandbox, 'alice', CLAIM)).toMatchObject({ code: 0, stderr: '' });
  expect(existsSync(join(sandbox.repo, '.git', REF))).toBe(false);
  expect(sandbox.git(['for-each-ref', 'refs/claims']).split('\n').length).toBe(202);
  expect(locksIn(sandbox)).toEqual([]);
});

function lockOf(sandbox: Sandbox, ref = REF): string {
  return join(sandbox.repo, '.git', `${ref}.lock`);
}

function makeOld(sandbox: Sandbox, ref = REF): void {
  const longAgo = new Date(Date.now() - 2 * STALE_LOCK_MS);
  utimesSync(lockOf(sandbox, ref), longAgo, longAgo);
}

/** Starts a git that has taken the lock and waits for a signal to continue. */
async function holdLock(sandbox: Sandbox, ref = REF): Promise<ChildProcess> {
  const child = spawn('git', ['update-ref', '--stdin'], {
    cwd: sandbox.repo,
    env: sandbox.env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  started.push(child);
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stdin.on('error', () => {});
  child.stdin.write(`start\ncreate ${ref} ${sandbox.git(['rev-parse', 'HEAD'])}\nprepare\n`);
  await until(
    () => said.includes('prepare: ok'),
    () => `git said ${said}`,
  );
  return child;
}

async function leaveLock(sandbox: Sandbox, ref = REF): Promise<void> {
  const holder = await holdLock(sandbox, ref);
  holder.kill('SIGKILL');
  await once(holder, 'close');
  expect(existsSync(lockOf(sandbox, ref))).toBe(true);
}
