import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { clones } from '../support/remotes/clones.ts';
import { lackOf, serve } from '../support/remotes/transports.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { runAs, startAs, until } from '../support/sessions.ts';

const CLAIM = ['claim', '--no-worktree', 'R-1'];

/** Runs a command that the remote must not let succeed; returns its error. */
async function failed(sandbox: Sandbox, args: readonly string[]) {
  const { code, stdout } = await runAs(sandbox, 'ada', [...args, '--json']);
  return { code, error: (JSON.parse(stdout) as { error: { code: string; message: string } }).error };
}

async function states(sandbox: Sandbox, session: string): Promise<string[]> {
  const { stdout } = await runAs(sandbox, session, ['list', '--all', '--json']);
  const { claims } = JSON.parse(stdout) as { claims: { order: string; session: string; sync: string }[] };
  return claims.map(({ order, session: holder, sync }) => `${order} ${holder} ${sync}`);
}

test('a remote that hides the refs makes nothing free', async () => {
  const { here, there, hub } = clones();
  expect(await runAs(here, 'ada', CLAIM)).toMatchObject({ code: 0 });
  here.git(['--git-dir', hub, 'config', 'uploadpack.hideRefs', 'refs/claims']);
  expect(await states(here, 'ada')).toEqual(['R-1 ada diverged']);
  expect(await failed(here, ['release', 'R-1'])).toMatchObject({ code: 7, error: { code: 'remote' } });
  // Whoever never saw the claim asks the remote, which knows better.
  expect(await runAs(there, 'bob', CLAIM)).toMatchObject({ code: 7 });
});

test('a remote that hides the refs from pushes takes no claim', async () => {
  const { here, hub } = clones();
  here.git(['--git-dir', hub, 'config', 'transfer.hideRefs', 'refs/claims']);
  expect(await failed(here, CLAIM)).toMatchObject({ code: 7, error: { message: expect.stringContaining('hidden ref') } });
  expect(here.git(['for-each-ref', 'refs/claims', 'refs/claims-remote/origin/orders'])).toBe('');
});

test('a remote that git pushes to and fetches from at two addresses takes no claim', async () => {
  const { here, hub } = clones();
  here.git(['config', 'remote.origin.pushurl', `${hub}.other`]);
  expect(await failed(here, CLAIM)).toMatchObject({
    code: 129,
    error: { message: expect.stringContaining('another repository') },
  });
  here.git(['config', 'remote.origin.pushurl', `file://${hub}`]);
  expect(await runAs(here, 'ada', CLAIM)).toMatchObject({ code: 0 });
});

test('a remote without atomic pushes takes no claim', async () => {
  const { here, hub } = clones();
  here.git(['--git-dir', hub, 'config', 'receive.advertiseAtomic', 'false']);
  expect(await failed(here, CLAIM)).toMatchObject({ code: 7, error: { message: expect.stringContaining('atomic') } });
  expect(here.git(['for-each-ref', 'refs/claims'])).toBe('');
});

test('nobody is asked for a password: where there is none, the answer comes at once', async ({ skip }) => {
  const lack = lackOf('https');
  skip(lack !== null, String(lack));
  const { here } = clones();
  const remotes = await serve(createSandbox(), 'https');
  onTestFinished(() => remotes.end());
  remotes.make('hub.git');
  here.git(['remote', 'set-url', 'origin', remotes.url('hub.git')]);
  here.git(['config', 'http.sslVerify', 'false']);
  const { code, error } = await failed(here, CLAIM);
  expect({ code, message: error.message }).toEqual({
    code: 7,
    message: expect.stringMatching(/cannot be reached.*could not read Username/),
  });
});

test('a slow remote is named after a second, and Ctrl-C leaves what the next command resolves', async () => {
  const { here, there, hub } = clones();
  const hook = join(hub, 'hooks/post-receive');
  const waits = join(here.dir, 'waits');
  writeFileSync(hook, `#!/bin/sh\ntouch ${JSON.stringify(waits)}\nwhile [ -e ${JSON.stringify(waits)} ]; do sleep 0.1; done\n`);
  chmodSync(hook, 0o755);
  const running = startAs(here, 'ada', CLAIM);
  let said = '';
  running.child.stderr?.on('data', (chunk) => (said += chunk));
  await until(
    () => said.includes('waiting for origin: sending the claim'),
    () => `it said ${said}`,
  );
  process.kill(-(running.child.pid as number), 'SIGINT');
  const { code, signal } = await running.ended;
  expect(code === 130 || signal === 'SIGINT').toBe(true);
  for (const file of [waits, hook]) rmSync(file);
  expect(await states(there, 'bob')).toEqual(['R-1 ada confirmed']);
  expect(await runAs(here, 'ada', CLAIM)).toMatchObject({ code: 0 });
  expect(await states(here, 'ada')).toEqual(['R-1 ada confirmed']);
});

test('a remote that answers nothing holds up no command that only shows claims for long', async () => {
  const { here } = clones();
  expect(await runAs(here, 'ada', CLAIM)).toMatchObject({ code: 0 });
  expect(await runAs(here, 'ada', ['sync'])).toMatchObject({ code: 0 });
  const held: Socket[] = [];
  const silent = createServer((socket) => held.push(socket)).listen(0, '127.0.0.1');
  await new Promise((ready) => silent.once('listening', ready));
  onTestFinished(() => {
    silent.close();
    for (const socket of held) socket.destroy();
  });
  const { port } = silent.address() as { port: number };
  here.git(['remote', 'set-url', 'origin', `git://127.0.0.1:${port}/hub.git`]);
  const { code, stdout, stderr } = await runAs(here, 'ada', ['list']);
  expect(code).toBe(0);
  expect(stdout).toContain('R-1');
  expect(stderr).toMatch(/^warning: origin cannot be reached and was last read .* ago.*\(no answer in time\)$/m);
});

test('records that are no records of ours are foreign here too, however they look', async () => {
  const { here, there, hub } = clones();
  const blob = join(there.dir, 'blob');
  writeFileSync(blob, 'x'.repeat(10 * 1024 * 1024));
  const big = there.git(['--git-dir', hub, 'hash-object', '-w', blob]);
  there.git(['--git-dir', hub, 'update-ref', 'refs/claims/R-1', big]);
  there.git(['push', '--quiet', 'origin', 'main:refs/claims/R-2']);
  for (const order of ['R-1', 'R-2'])
    expect(await failed(here, ['claim', '--no-worktree', order])).toMatchObject({ code: 8, error: { code: 'foreign' } });
  expect(await runAs(here, 'ada', ['claim', '--no-worktree', 'R-3'])).toMatchObject({ code: 0 });
});
