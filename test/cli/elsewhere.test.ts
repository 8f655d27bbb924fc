import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startAgent } from '../support/living-sessions.ts';
import { clones } from '../support/remotes/clones.ts';
import { machine } from '../support/remotes/machine.ts';
import type { Sandbox } from '../support/sandbox.ts';
import { runAs, untilQuiet } from '../support/sessions.ts';

const claim = (order = 'R-1', ...more: string[]) => ['claim', order, ...more];

/** Returns the value of one of the record's trailers. */
function trailer({ git }: Sandbox, key: string, order = 'R-1'): string | null {
  return new RegExp(`^${key}: (.*)$`, 'm').exec(git(['cat-file', 'tag', `refs/claims/${order}`]))?.[1] ?? null;
}

test('a record says of which clone its holder is, and what other clones may expect of it; without a remote it says neither', async () => {
  const { here, there } = clones();
  await runAs(here, 'ada', claim());
  expect(trailer(here, 'Clone')).toMatch(/^[0-9a-f]{32}$/);
  expect(trailer(here, 'Remote-Lease')).toBe('beat=120 stale=360 expire=720 grace=300');
  await runAs(there, 'bob', claim('R-2', '--path', 'src'));
  expect(trailer(there, 'Clone', 'R-2')).not.toBe(trailer(here, 'Clone'));
  // A path waits at least as long as it does here.
  expect(there.git(['cat-file', 'tag', 'refs/claim-paths/src'])).toContain(
    'Remote-Lease: beat=120 stale=840 expire=1140 grace=300',
  );
  here.git(['config', '--unset', 'claim.remote']);
  await runAs(here, 'ada', claim('R-3'));
  expect([trailer(here, 'Clone', 'R-3'), trailer(here, 'Remote-Lease', 'R-3')]).toEqual([null, null]);
});

test('what was claimed before there was a remote is written again by its session, for other clones to know whose it is', async () => {
  const { here } = clones();
  here.git(['config', '--unset', 'claim.remote']);
  await runAs(here, 'ada', claim());
  here.git(['config', 'claim.remote', 'origin']);
  await runAs(here, 'ada', ['status']);
  expect(trailer(here, 'Clone')).toMatch(/^[0-9a-f]{32}$/);
});

test.for([
  [
    { remoteHeartbeat: '0' },
    'claim.remoteHeartbeat, claim.remoteStaleAfter, claim.remoteExpireAfter and claim.remoteGrace must be',
  ],
  [{ remoteGrace: '269s' }, 'claim.remoteGrace must be at least two beats'],
  [{ remoteStaleAfter: '2m' }, 'claim.remoteStaleAfter must be longer than claim.remoteHeartbeat'],
  [{ remoteExpireAfter: '10m' }, 'claim.remoteExpireAfter must be at least claim.remoteStaleAfter plus claim.remoteGrace'],
] as const)('%j cannot work, and is refused by name', async ([config, complaint]) => {
  const { here } = clones();
  for (const [key, value] of Object.entries(config)) here.git(['config', `claim.${key}`, value]);
  const { code, stderr } = await runAs(here, 'ada', claim());
  expect({ code, stderr }).toEqual({ code: 129, stderr: expect.stringContaining(complaint) });
});

test('a session of another clone is another session, whatever its name: its folder is not shown, nor used', async () => {
  const { here, there } = clones();
  await runAs(here, 'ada', claim());
  const seen = async (...args: string[]) => JSON.parse((await runAs(there, 'ada', [...args, '--json'])).stdout);
  expect((await seen('list')).claims).toEqual([
    expect.objectContaining({ order: 'R-1', session: 'ada', mine: false, worktree: null, branch: 'r-1' }),
  ]);
  expect(await seen('claim', 'R-1')).toMatchObject({ error: { code: 'held' } });
  expect(await seen('release', 'R-1')).toMatchObject({ error: { code: 'not-holder' } });
  expect(await seen('where', 'R-1')).toMatchObject({ error: {} });
});

/** So fast that a test can wait for it, and so patient that nobody is called silent on a slow machine. */
const FAST = { heartbeat: '500ms', staleAfter: '30s', grace: '30s', expireAfter: '60s' };
const FAST_REMOTE = { remoteHeartbeat: '500ms', remoteStaleAfter: '30s', remoteGrace: '30s', remoteExpireAfter: '60s' };

test('on another machine a session is shown with its host, and alive as long as its helper beats on the remote', async () => {
  const [one, other] = [await machine('one'), await machine('other')];
  onTestFinished(one.end);
  onTestFinished(other.end);
  const hub = join(one.dir, 'hub.git');
  one.git(['init', '--quiet', '--bare', hub]);
  for (const { git } of [one, other]) {
    git(['remote', 'add', 'origin', hub]);
    for (const [key, value] of Object.entries({ remote: 'origin', remoteMaxAge: '0', ...FAST, ...FAST_REMOTE }))
      git(['config', `claim.${key}`, value]);
  }
  const agent = startAgent('ada');
  onTestFinished(agent.end);
  const env = { GIT_CLAIM_ANCHOR: String(agent.process.pid) };
  expect(await one.run('ada', claim('R-1', '--no-worktree'), { env })).toMatchObject({ code: 0 });
  const look = async () => JSON.parse((await other.run('bob', ['list', '--json'])).stdout).claims[0] as { evidence: string };
  const deadline = performance.now() + 60_000;
  let seen = await look();
  while (!seen.evidence.includes('seen in its beat') && performance.now() < deadline) seen = await look();
  expect(seen).toMatchObject({
    ...{ session: 'ada', mine: false, host: one.host, liveness: 'live', worktree: null },
    evidence: expect.stringMatching(
      /^(?:on host one|host one, another boot|process [0-9]+ runs), another clone, seen in its beat [0-9]+s ago$/,
    ),
  });
  expect(await other.run('bob', claim('R-1'))).toMatchObject({ stderr: expect.stringContaining('another clone') });
  agent.end();
  await untilQuiet(one);
});
