import { expect, test } from 'vitest';
import { clones } from '../support/remotes/clones.ts';
import type { Sandbox } from '../support/sandbox.ts';
import { runAs } from '../support/sessions.ts';

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
