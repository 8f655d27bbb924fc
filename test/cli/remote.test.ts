import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Ended } from '../support/program.ts';
import { clones } from '../support/remotes/clones.ts';
import type { Sandbox } from '../support/sandbox.ts';
import { runAs } from '../support/sessions.ts';

const claim = (order = 'R-1', ...more: string[]) => ['claim', '--no-worktree', order, ...more];

/** Runs a command that must succeed. */
async function done(sandbox: Sandbox, session: string, args: readonly string[]): Promise<Ended> {
  const ended = await runAs(sandbox, session, args);
  expect(ended).toMatchObject({ code: 0 });
  return ended;
}

type Row = { order: string; session: string; state: string; sync: string };

async function board(sandbox: Sandbox, session: string, ...options: string[]): Promise<string[]> {
  const { stdout } = await done(sandbox, session, ['list', '--all', '--json', ...options]);
  const { claims } = JSON.parse(stdout) as { claims: Row[] };
  return claims.map(({ order, state, session: holder, sync }) => `${order} ${state} ${holder} ${sync}`);
}

async function refused(sandbox: Sandbox, session: string, args: readonly string[]) {
  const { code, stdout } = await runAs(sandbox, session, [...args, '--json']);
  return { code, error: (JSON.parse(stdout) as { error: { code: string; message: string } }).error };
}

function refsOf({ git }: Sandbox, ...patterns: string[]): string {
  return git(['for-each-ref', '--format=%(refname) %(objectname)', ...patterns]);
}

test('an order that one clone has claimed is held for the other, and free there once it was given back', async () => {
  const { here, there } = clones();
  await done(here, 'ada', claim());
  expect((await refused(there, 'bob', claim())).error).toMatchObject({ code: 'held', message: expect.stringContaining('ada') });
  expect(await board(there, 'bob')).toEqual(['R-1 active ada confirmed']);
  await done(here, 'ada', ['release', 'R-1']);
  await done(there, 'bob', claim());
  expect(await board(here, 'ada')).toEqual(['R-1 active bob confirmed']);
  // What is here, what was seen and what the remote has are the same.
  expect(refsOf(here, 'refs/claims').replaceAll('refs/claims/', '')).toBe(
    refsOf(there, 'refs/claims-remote/origin/orders').replaceAll('refs/claims-remote/origin/orders/', ''),
  );
});

test('nothing of it shows elsewhere: no branch, no tag, no FETCH_HEAD, and a plain fetch takes no claim', async () => {
  const { here, there } = clones();
  here.git(['tag', '-a', '-m', 'one', 'v1']);
  here.git(['push', '--quiet', 'origin', 'v1']);
  there.git(['config', 'fetch.prune', 'true']);
  await done(here, 'ada', claim());
  const before = refsOf(there);
  await board(there, 'bob');
  expect(refsOf(there, 'refs/heads', 'refs/tags', 'refs/remotes')).toBe(before);
  expect(existsSync(join(there.repo, '.git/FETCH_HEAD'))).toBe(false);
  await done(there, 'bob', claim('R-2'));
  there.git(['fetch', '--quiet', 'origin']);
  expect(await board(there, 'bob')).toEqual(['R-1 active ada confirmed', 'R-2 active bob confirmed']);
});

test('a refusal from what was read just now, and all commands with --offline, leave the remote alone', async () => {
  const { here, there, hub } = clones('1h');
  await done(here, 'ada', claim());
  await board(there, 'bob');
  renameSync(hub, `${hub}.away`);
  expect(await refused(there, 'bob', claim())).toMatchObject({ code: 3, error: { code: 'held' } });
  expect(await board(there, 'bob')).toEqual(['R-1 active ada confirmed']);
  there.git(['config', 'claim.remoteMaxAge', '0']);
  expect(await board(there, 'bob', '--offline')).toEqual(['R-1 active ada confirmed']);
  expect(await refused(there, 'bob', claim('R-1', '--offline'))).toMatchObject({ code: 3, error: { code: 'held' } });
});

test('without the remote nothing is claimed, given back or free, and what is shown says how old it is', async () => {
  const { here, hub } = clones();
  await done(here, 'ada', claim());
  await done(here, 'ada', ['sync']);
  const before = refsOf(here);
  renameSync(hub, `${hub}.away`);
  for (const args of [claim('R-2'), ['release', 'R-1'], ['complete', 'R-1'], ['path', 'a.txt']])
    expect([args, await refused(here, 'ada', args)]).toMatchObject([args, { code: 7, error: { code: 'remote' } }]);
  expect(refsOf(here)).toBe(before);
  const { stdout, stderr } = await done(here, 'ada', ['list']);
  expect(stdout).toContain('R-1');
  expect(stderr).toMatch(/^warning: origin cannot be reached and was last read [0-9]+s ago/m);
});

test('what was claimed without the remote is confirmed at the next contact', async () => {
  const { here, there } = clones();
  await done(here, 'ada', claim('R-1', '--offline'));
  expect(await board(here, 'ada', '--offline')).toEqual(['R-1 active ada unconfirmed']);
  expect(await board(there, 'bob')).toEqual([]);
  expect((await done(here, 'ada', ['sync'])).stdout).toBe('R-1: confirmed by origin\n');
  expect(await board(there, 'bob')).toEqual(['R-1 active ada confirmed']);
  await done(here, 'ada', ['complete', 'R-1', '--offline']);
  expect(await board(there, 'bob')).toEqual(['R-1 active ada confirmed']);
  expect(await board(here, 'ada')).toEqual(['R-1 completed ada confirmed']);
  expect(refsOf(here, 'refs/claims-remote/origin/unsent')).toBe('');
});

test('what a hook there refuses keeps nothing else from being sent', async () => {
  const { here, hub } = clones();
  await done(here, 'ada', claim('R-1', '--offline'));
  await done(here, 'ada', claim('R-2', '--offline'));
  hook(hub, 'pre-receive', 'if grep -q refs/claims/R-1; then echo "not that one" >&2; exit 1; fi');
  expect((await done(here, 'ada', ['sync'])).stdout.split('\n').slice(0, 2)).toEqual([
    'R-2: confirmed by origin',
    'R-1: origin did not take this yet; git claim sync tries again',
  ]);
});

test('of two clones that claimed the same without the remote, the first to reach it has it, and the other is told', async () => {
  const { here, there } = clones();
  await done(here, 'ada', claim('R-1', '--offline'));
  await done(there, 'bob', claim('R-1', '--offline'));
  await done(here, 'ada', ['sync']);
  const synced = await done(there, 'bob', ['sync']);
  expect(synced.stdout).toContain('R-1: origin has another claim, which counts');
  expect(synced.stderr).toMatch(/^warning: you lost R-1 to ada at /m);
  expect(await board(there, 'bob')).toEqual(['R-1 active ada confirmed']);
  expect(await refused(there, 'bob', ['release', 'R-1'])).toMatchObject({ code: 4 });
  writeFileSync(join(there.repo, 'work'), 'of bob');
  await done(there, 'bob', ['rescue', 'R-1']);
  expect(there.git(['show', `${there.git(['for-each-ref', '--format=%(refname)', 'refs/claim-rescue'])}:work`])).toBe('of bob');
});

test('a clone that shares no longer, because nothing names the remote, says so until a person ends it', async () => {
  const { here } = clones();
  await done(here, 'ada', ['sync']);
  here.git(['config', '--unset', 'claim.remote']);
  expect((await done(here, 'ada', claim())).stderr).toMatch(
    /^warning: claims were shared through origin here, and are not any more/m,
  );
  here.git(['config', 'claim.remote', 'origin']);
  await done(here, 'ada', ['init', '--uninstall']);
  here.git(['config', '--unset', 'claim.remote']);
  expect((await done(here, 'ada', ['list'])).stderr).toBe('');
});

test('claims from before there was a remote are sent, and those that it has otherwise are lost', async () => {
  const { here, there } = clones();
  for (const { git } of [here, there]) git(['config', '--unset', 'claim.remote']);
  await done(here, 'ada', claim('R-1'));
  await done(there, 'bob', claim('R-1'));
  await done(there, 'bob', claim('R-2'));
  await done(there, 'bob', ['release', 'R-2']);
  for (const { git } of [here, there]) git(['config', 'claim.remote', 'origin']);
  expect(await board(here, 'ada')).toEqual(['R-1 active ada confirmed']);
  expect(await board(there, 'bob')).toEqual(['R-1 active ada confirmed', 'R-2 released bob confirmed']);
});

test.for([
  { what: 'restored from a backup', args: (old: string) => ['update-ref', 'refs/claims/R-1', old] },
  { what: 'cleared by a push --mirror', args: () => ['update-ref', '-d', 'refs/claims/R-1'] },
])('a remote that was $what makes nothing free', async ({ args }) => {
  const { here, there, hub } = clones();
  await done(there, 'bob', claim('R-1'));
  await done(there, 'bob', ['release', 'R-1']);
  const old = here.git(['--git-dir', hub, 'rev-parse', 'refs/claims/R-1']);
  await done(here, 'ada', claim('R-1'));
  here.git(['--git-dir', hub, ...args(old)]);
  expect(await board(here, 'ada')).toEqual(['R-1 active ada diverged']);
  expect((await done(here, 'ada', ['sync'])).stdout).toContain('R-1: origin shows an older state than before');
  const { code, error } = await refused(here, 'ada', ['complete', 'R-1']);
  expect({ code, message: error.message }).toMatchObject({ code: 7, message: expect.stringContaining('refs/claims/R-1') });
  // Whoever saw the newer state knows that it is not free. An agent sends nothing again.
  const found = await runAs(here, 'claude-ada', ['doctor', '--fix', '--json']);
  expect(JSON.parse(found.stdout)).toMatchObject({
    findings: expect.arrayContaining([expect.objectContaining({ kind: 'remote', order: 'R-1' })]),
  });
});

test('whoever claims after a restored backup has the claim: the other one is told, and doctor --fix takes nothing away', async () => {
  const { here, there, hub } = clones();
  await done(there, 'bob', claim('R-1'));
  await done(there, 'bob', ['release', 'R-1']);
  const old = here.git(['--git-dir', hub, 'rev-parse', 'refs/claims/R-1']);
  await done(here, 'ada', claim('R-1'));
  here.git(['--git-dir', hub, 'update-ref', 'refs/claims/R-1', old]);
  await done(there, 'bob', claim('R-1'));
  expect((await done(here, 'ada', ['sync'])).stderr).toMatch(/^warning: you lost R-1 to bob/m);
  await runAs(here, 'ada', ['doctor', '--fix']);
  for (const [sandbox, session] of [
    [here, 'ada'],
    [there, 'bob'],
  ] as const)
    expect(await board(sandbox, session)).toEqual(['R-1 active bob confirmed']);
});

test('a remote that refuses leaves everything as it was, and what it said is shown', async () => {
  const { here, hub } = clones();
  await done(here, 'ada', claim('R-1'));
  await done(here, 'ada', ['sync']);
  const before = refsOf(here);
  hook(hub, 'pre-receive', 'echo "not on a Friday" >&2; exit 1');
  for (const args of [claim('R-2'), ['release', 'R-1']])
    expect(await refused(here, 'ada', args)).toMatchObject({
      code: 7,
      error: { message: expect.stringContaining('not on a Friday') },
    });
  expect(refsOf(here)).toBe(before);
});

test('a push whose answer is lost counts, because our own record is found there', async () => {
  const { here, there, hub } = clones();
  // The server dies when it has moved the refs.
  hook(hub, 'post-receive', 'kill -9 $PPID');
  await done(here, 'ada', claim('R-1'));
  await done(here, 'ada', ['release', 'R-1']);
  rmSync(join(hub, 'hooks/post-receive'));
  expect(await board(there, 'bob')).toEqual(['R-1 released ada confirmed']);
});

test('paths are shared, widened and given back through the remote', async () => {
  const { here, there } = clones();
  await done(here, 'ada', ['path', 'src/auth.ts']);
  expect(await refused(there, 'bob', ['path', 'src'])).toMatchObject({ code: 5 });
  await done(here, 'ada', ['path', 'src']);
  expect(await refused(there, 'bob', ['path', 'src/other.ts'])).toMatchObject({ code: 5 });
  await done(here, 'ada', ['path', '--release', 'src', '--offline']);
  expect(await refused(there, 'bob', ['path', 'src/other.ts'])).toMatchObject({ code: 5 });
  await done(here, 'ada', ['sync']);
  await done(there, 'bob', ['path', 'src/other.ts']);
  const { stdout } = await done(here, 'ada', ['paths', '--json']);
  expect((JSON.parse(stdout) as { paths: { path: string; session: string }[] }).paths).toMatchObject([
    { path: 'src/other.ts', session: 'bob' },
  ]);
});

test('what another program keeps under the same names is shown as foreign, and never free', async () => {
  const { here, there } = clones();
  here.git(['push', '--quiet', 'origin', 'main:refs/claims/R-1', 'main:refs/claims/some/thing']);
  expect(await refused(there, 'bob', claim('R-1'))).toMatchObject({ code: 8, error: { code: 'foreign' } });
  await done(there, 'bob', claim('R-2'));
});

test('a claim is one push: no fetch, and as many processes here as without a remote, beside it', async () => {
  const { here } = clones('1h');
  await done(here, 'ada', ['sync']);
  const trace = join(here.dir, 'steps');
  await runAs(here, 'ada', claim('R-1'), { env: { GIT_CLAIM_TRACE_STEPS: trace } });
  const gits = [...readFileSync(trace, 'utf8').matchAll(/before git (\S+)/g)].map(([, name]) => name);
  expect(gits).toEqual(['config', 'log', 'status', 'for-each-ref', 'push', 'update-ref']);
});

function hook(hub: string, name: string, script: string): void {
  const file = join(hub, 'hooks', name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}
