import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { inParallel, runAs } from '../support/sessions.ts';

const BYTES = Buffer.from(
  '\xef\xbb\xbf---\r\nid: ORDER-1\r\nstatus: "To Do"  # soon\r\ntitle: caf\u00e9\r\n---\r\nstatus: body\r\n',
  'latin1',
);

test('an order file follows its claim, and is what it was once the claim has ended', async () => {
  const sandbox = withOrder(BYTES);
  const file = order(sandbox);
  chmodSync(file, 0o640);
  await runAs(sandbox, 'alice', ['ORDER-1']);
  expect(lines(sandbox)).toEqual([
    ...['\xef\xbb\xbf---', 'id: ORDER-1', 'status: "In Progress"  # soon', 'claimed_by: alice'],
    ...[expect.stringMatching(/^claimed_at: 2\d{3}-\d\d-\d\dT[\d:]+Z$/), 'title: caf\u00e9', '---', 'status: body', ''],
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o640);
  await runAs(sandbox, 'bob', ['status']);
  await runAs(sandbox, 'alice', ['hand', 'ORDER-1', '--to', 'bob']);
  expect(lines(sandbox)).toContain('claimed_by: bob');
  await runAs(sandbox, 'bob', ['block', 'ORDER-1', '--reason', 'waits']);
  await runAs(sandbox, 'bob', ['release', 'ORDER-1']);
  expect(readFileSync(file)).toEqual(BYTES);
  await runAs(sandbox, 'bob', ['ORDER-1']);
  await runAs(sandbox, 'bob', ['complete', 'ORDER-1']);
  expect(lines(sandbox)).toEqual(expect.arrayContaining(['status: "Done"  # soon', 'claimed_by: bob']));
  await runAs(sandbox, 'bob', ['--reopen', 'ORDER-1']);
  expect(lines(sandbox)).toContain('status: "In Progress"  # soon');
  await runAs(sandbox, 'bob', ['abandon', 'ORDER-1']);
  expect(lines(sandbox).slice(2, 4)).toEqual(['status: "To Do"  # soon', expect.stringMatching(/^claimed_by: bob/)]);
});

test('what a person writes meanwhile stays', async () => {
  const sandbox = withOrder('---\nstatus: ready\n---\n');
  await runAs(sandbox, 'alice', ['ORDER-1']);
  writeFileSync(order(sandbox), `${readFileSync(order(sandbox), 'utf8').replace('in_progress', 'draft')}more\n`);
  await runAs(sandbox, 'alice', ['renew', 'ORDER-1']);
  await runAs(sandbox, 'alice', ['release', 'ORDER-1']);
  expect(lines(sandbox).slice(0, 2)).toEqual(['---', 'status: ready']);
  expect(lines(sandbox)).toContain('more');
  writeFileSync(order(sandbox), '---\nstatus: In Review\n---\n');
  await runAs(sandbox, 'alice', ['ORDER-1']);
  expect(lines(sandbox)).toContain('status: In Review');
});

test('where and what can be configured', async () => {
  const sandbox = withOrder('---\nstatus: ready\n---\n');
  const { git } = sandbox;
  git(['config', 'claim.mirrorFields', 'claimed_by, lease_expires_at']);
  git(['config', 'claim.mirror', 'worktree']);
  await runAs(sandbox, 'alice', ['ORDER-1']);
  expect(lines(sandbox)).toEqual(['---', 'status: ready', '---', '']);
  const tree = `${sandbox.repo}.claims/ORDER-1`;
  expect(readFileSync(join(tree, 'orders/ORDER-1.md'), 'utf8')).toMatch(
    /^---\nstatus: ready\nclaimed_by: alice\nlease_expires_at: 2\S+Z\n---\n$/,
  );
  await runAs(sandbox, 'alice', ['release', 'ORDER-1']);
  expect(git(['status', '--porcelain'], tree)).toBe('');
  git(['config', 'claim.mirror', 'none']);
  await runAs(sandbox, 'alice', ['ORDER-1']);
  expect([git(['status', '--porcelain'], tree), git(['status', '--porcelain'])]).toEqual(['', '']);
  git(['config', 'claim.mirror', 'everywhere']);
  expect((await runAs(sandbox, 'alice', ['release', 'ORDER-1'])).code).toBe(129);
  git(['config', 'claim.mirror', 'main']);
  git(['config', 'claim.mirrorFields', 'owner']);
  expect((await runAs(sandbox, 'alice', ['release', 'ORDER-1'])).stderr).toContain('"owner" is not a field of a claim');
});

test('a file that cannot be written fails no claim, and is not reached through a link that leads out', async () => {
  const sandbox = createSandbox();
  const outside = join(sandbox.dir, 'outside.md');
  writeFileSync(outside, '---\nstatus: ready\n---\n');
  mkdirSync(join(sandbox.repo, 'orders'));
  symlinkSync(outside, order(sandbox));
  const claimed = await runAs(sandbox, 'alice', ['ORDER-1', '--json']);
  expect({ code: claimed.code, ...JSON.parse(claimed.stdout) }).toMatchObject({
    code: 0,
    claims: [{ state: 'active' }],
    warnings: [{ code: 'not-mirrored', message: expect.stringContaining('orders/ORDER-1.md leads out of the worktree') }],
  });
  expect(readFileSync(outside, 'utf8')).toBe('---\nstatus: ready\n---\n');
});

test('without a cache a file follows its claim all the same, and is ready again in its own word', async () => {
  const sandbox = withOrder('---\nstatus: To Do\n---\n');
  mkdirSync(join(sandbox.repo, '.git/claim/cache.db'), { recursive: true });
  await runAs(sandbox, 'alice', ['ORDER-1']);
  expect(lines(sandbox)).toEqual(expect.arrayContaining(['status: In Progress', 'claimed_by: alice']));
  await runAs(sandbox, 'alice', ['complete', 'ORDER-1']);
  await runAs(sandbox, 'alice', ['--reopen', 'ORDER-1']);
  await runAs(sandbox, 'alice', ['release', 'ORDER-1']);
  expect(lines(sandbox)).toEqual(['---', 'status: To Do', '---', '']);
});

test('sessions that claim and release at once leave a file that says what stands', async () => {
  const sandbox = withOrder('---\nstatus: ready\n---\n');
  const sessions = Array.from({ length: 6 }, (_, at) => `s${at}`);
  await inParallel(sessions, 6, async (session) => {
    for (let round = 0; round < 3; round += 1) {
      const { code } = await runAs(sandbox, session, ['--no-worktree', 'ORDER-1']);
      if (code === 0 && round < 2) await runAs(sandbox, session, ['release', 'ORDER-1']);
    }
  });
  const { stdout } = await runAs(sandbox, 'carol', ['status', 'ORDER-1', '--json']);
  const [claim] = JSON.parse(stdout).claims;
  const held = claim.state === 'active' ? `claimed_by: ${claim.session}` : 'status: ready';
  expect(lines(sandbox).slice(1, 3)).toContain(held);
});

function withOrder(content: string | Buffer): Sandbox {
  const sandbox = createSandbox();
  mkdirSync(join(sandbox.repo, 'orders'));
  writeFileSync(order(sandbox), content);
  sandbox.git(['add', '.']);
  sandbox.git(['commit', '--quiet', '--message', 'an order']);
  return sandbox;
}

function order(sandbox: Sandbox): string {
  return join(sandbox.repo, 'orders/ORDER-1.md');
}

function lines(sandbox: Sandbox): string[] {
  return readFileSync(order(sandbox), 'latin1').split(/\r?\n/);
}
