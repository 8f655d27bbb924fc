import { spawnSync } from 'node:child_process';
import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git, installHooks } from '../support/hooks.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { until } from '../support/sessions.ts';

type Told = {
  readonly kind: string;
  readonly message: string;
  readonly detail: { readonly rule: string; readonly stricter: boolean };
};

async function held(mode: 'shadow' | 'soft' | 'hard'): Promise<{ sandbox: Sandbox; tree: string }> {
  const sandbox = createSandbox();
  installHooks(sandbox, mode);
  await runCli(sandbox, ['ORDER-1'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  return { sandbox, tree: join(sandbox.dir, 'my äpp.claims/ORDER-1') };
}

async function told(sandbox: Sandbox): Promise<string[]> {
  const { stdout } = await runCli(sandbox, ['feed', '--json']);
  const events: Told[] = JSON.parse(stdout).events;
  return events
    .filter(({ detail }) => detail?.rule)
    .map(({ kind, message, detail }) => `${kind} ${detail.rule} ${detail.stricter} ${message}`.trimEnd());
}

test('the event log keeps what hard mode would have refused, and that it was done all the same', async () => {
  const { sandbox, tree } = await held('shadow');
  expect(git(sandbox, ['commit', '-q', '--allow-empty', '-m', 'x'], { cwd: tree, session: 'bob' }).code).toBe(0);
  const left = join(sandbox.repo, '.git/worktrees/ORDER-1/claim/warned');
  await until(
    () => !existsSync(left),
    () => 'post-commit has told nobody',
  );
  let seen = await told(sandbox);
  for (let tries = 0; seen.length < 2 && tries < 50; tries += 1) seen = await told(sandbox);
  expect(seen).toEqual(['warned branch true', 'overridden branch true']);
  // Git may have ended before post-commit's process looks who committed: it was the session that was warned.
  writeFileSync(left, 'branch ORDER-1\n');
  await runCli(sandbox, ['hook', '--', 'post-commit'], { cwd: tree });
  const feed = (await runCli(sandbox, ['feed'])).stdout;
  expect(feed).toMatch(/ bob +was warned by pre-commit \(rule branch\) for ORDER-1\n/);
  expect(feed.match(/ bob +committed anyway for ORDER-1 \(rule branch\)\n/g)).toHaveLength(2);
  // No later commit overrides a warning that was heeded.
  expect(git(sandbox, ['commit', '-q', '--allow-empty', '-m', ''], { cwd: tree, session: 'bob' }).code).toBe(1);
  expect(git(sandbox, ['commit', '-q', '--allow-empty', '-m', 'x'], { cwd: tree, session: 'alice' })).toEqual({
    code: 0,
    out: '',
  });
  expect(existsSync(left)).toBe(false);
});

test('a rule has a mode of its own where somebody wants it so', async () => {
  const { sandbox, tree } = await held('hard');
  const commit = () => git(sandbox, ['commit', '-q', '--allow-empty', '-m', 'x'], { cwd: tree, session: 'bob' });
  for (const rule of ['branch', 'refs']) sandbox.git(['config', `claim.rule.${rule}`, 'soft']);
  expect(commit()).toEqual({ code: 0, out: expect.stringContaining('warning') });
  for (const rule of ['branch', 'refs']) sandbox.git(['config', `claim.rule.${rule}`, 'off']);
  expect(commit()).toEqual({ code: 0, out: '' });
  sandbox.git(['config', 'claim.rule.branch', 'loud']);
  expect(commit()).toEqual({
    code: 1,
    out: expect.stringContaining('claim.rule.branch "loud" is not one of shadow, soft, hard, off'),
  });
});

test('a person may say why the rules shall not hold once, and the log keeps it; an agent may not', async () => {
  const { sandbox, tree } = await held('hard');
  sandbox.git(['config', 'claim.rule.refs', 'off']);
  const bypass = { GIT_CLAIM_BYPASS: 'its holder\nis on \u001b[31mleave' };
  const commit = (env: Record<string, string>) =>
    git(sandbox, ['commit', '-q', '--allow-empty', '-m', 'x'], { cwd: tree, session: 'ada', env });
  expect(commit({ ...bypass, CLAUDE_CODE_CHILD_SESSION: '1' })).toEqual({ code: 1, out: expect.stringContaining('refused') });
  expect(commit({}).out).not.toMatch(/bypass/i);
  expect(commit(bypass)).toEqual({
    code: 0,
    out: expect.stringContaining('overridden by a person, and noted: its holder is on [31mleave'),
  });
  expect(await told(sandbox)).toContain('bypassed branch false its holder is on [31mleave');
});

test('where refs are locked a person at a terminal is heeded, and the log hears of it by and by', async () => {
  const { sandbox, tree } = await held('hard');
  sandbox.git(['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '--allow-empty', '-m', 'main']);
  const move = ['update-ref', 'refs/heads/order-1', 'main'];
  const bypass = { GIT_CLAIM_BYPASS: 'it moved\non' };
  expect(git(sandbox, move, { session: 'ada', env: { ...bypass, CLAUDECODE: '1' } }).code).not.toBe(0);
  const atTerminal = spawnSync('script', ['-qec', `git ${move.join(' ')}`, '/dev/null'], {
    cwd: sandbox.repo,
    env: { ...sandbox.env, ...bypass },
    encoding: 'utf8',
  });
  expect({ status: atTerminal.status, out: atTerminal.stdout }).toEqual({ status: 0, out: '' });
  git(sandbox, ['commit', '-q', '--allow-empty', '-m', 'x'], { cwd: tree, session: 'bob' });
  expect(await told(sandbox)).toContain('bypassed refs false it moved on');
});

test('the holder’s commits are a sign of its life, for whoever would take its claim', async () => {
  const sandbox = createSandbox();
  installHooks(sandbox, 'hard');
  const lease = { heartbeat: '300ms', staleAfter: '3s', grace: '60s', expireAfter: '120s' };
  for (const [key, value] of Object.entries(lease)) sandbox.git(['config', `claim.${key}`, value]);
  await runCli(sandbox, ['ORDER-1'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  const tree = join(sandbox.dir, 'my äpp.claims/ORDER-1');
  const claimed = sandbox.git(['rev-parse', 'refs/claims/ORDER-1']);
  const contend = async () => {
    expect((await runCli(sandbox, ['ORDER-1'], { env: { GIT_CLAIM_SESSION: 'bob' } })).code).toBe(3);
    return sandbox.git(['rev-parse', 'refs/claims/ORDER-1']) === claimed ? 'left alone' : 'challenged';
  };
  await new Promise((next) => setTimeout(next, 3_100));
  expect(git(sandbox, ['commit', '-q', '--allow-empty', '-m', 'x'], { cwd: tree, session: 'alice' })).toEqual({
    code: 0,
    out: '',
  });
  expect(await contend()).toBe('left alone');
  // Neither a time in the future nor another session's time is a sign of life.
  const own = join(sandbox.repo, '.git/worktrees/ORDER-1');
  utimesSync(join(own, 'logs/HEAD'), 0, 0);
  expect(await contend()).toBe('left alone');
  utimesSync(join(own, 'claim/activity'), new Date(Date.now() + 60_000), new Date(Date.now() + 60_000));
  expect(await contend()).toBe('challenged');
});
