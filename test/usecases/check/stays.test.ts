import { expect, test } from 'vitest';
import type { DirtyFile } from '../../../src/core/check/facts.ts';
import type { ClaimView } from '../../../src/core/claim/view.ts';
import { formatExactInstant, formatInstant } from '../../../src/core/time.ts';
import type { Worktree } from '../../../src/ports/worktrees.ts';
import { askerItself } from '../../../src/usecases/caller/asker.ts';
import { leftHereBefore, leftInTree } from '../../../src/usecases/check/left-files.ts';
import { checkTrees } from '../../../src/usecases/check/trees.ts';
import { holderNamed, ORDER, recordOf } from '../../support/claims.ts';
import { memoryPorts } from '../../support/memory-ports.ts';

const at = (minute: number) => Date.UTC(2026, 4, 1, 10, minute);

/** Ports of carol, with files that changed at these minutes in the worktree /app. */
function portsWith(...minutes: number[]) {
  const ports = memoryPorts({ name: 'carol' });
  const dirty: DirtyFile[] = minutes.map((minute) => ({
    path: `${minute}`,
    isDeleted: false,
    modifiedMs: at(minute),
    changed: { firstMs: at(minute), lastMs: at(minute) },
  }));
  const tree = { path: '/app', branch: null, isMissing: false, isBare: false } as Worktree;
  const worktrees = { ...ports.worktrees, list: async () => [tree], dirtyFiles: async () => dirty };
  const places = { ...ports.places, topLevel: '/app', isThere: () => true };
  return { ...ports, worktrees, places };
}

test('what was left here is by the session that was here when it changed: not if it came later, had left, or was elsewhere', async () => {
  const ports = portsWith(5, 10, 15, 20, 25, 35);
  for (const [name, worktree, minute] of [
    ['alice', '/app', 10],
    ['alice', '/app', 15],
    ['bob', '/elsewhere', 18],
    ['bob', '/app', 25],
    ['bob', '/app', 30],
  ] as const) {
    const exact = formatExactInstant(at(minute));
    const seen = { thereSince: exact, startedAt: exact, lastSeenAt: formatInstant(at(minute)), endedAt: null };
    ports.presence.register({ ...holderNamed(name), worktree, title: null, linear: null, ...seen });
  }
  const found = await leftHereBefore(ports, askerItself(ports), ORDER, at(40));
  expect(found.map(({ session, paths }) => [session, paths])).toEqual([
    [null, ['5', '20', '35']],
    ['alice', ['10', '15']],
    ['bob', ['25']],
  ]);
});

test('the holder of a claim in a worktree left what changed since the claim, as long as it was seen', async () => {
  const ports = portsWith(5, 10, 15, 35);
  const claim = {
    order: ORDER,
    worktree: '/app',
    state: 'active',
    mine: false,
    session: 'dave',
    claimedAt: formatInstant(at(10)),
  };
  const by = async (more: Partial<ClaimView>) => {
    const { trees } = await checkTrees(ports, askerItself(ports), [{ ...claim, ...more } as ClaimView], () => false);
    return trees.flatMap(({ stays }) => stays);
  };
  const fromMs = at(10) + 1_000;
  const silent = { liveness: 'stale', heartbeatAt: formatInstant(at(15)), activityAt: null } as const;
  expect(await by({ liveness: 'live' })).toEqual([{ session: 'dave', fromMs, untilMs: Number.POSITIVE_INFINITY }]);
  expect(await by(silent)).toEqual([{ session: 'dave', fromMs, untilMs: at(15) }]);
  expect(await by({ ...silent, activityAt: formatInstant(at(20)) })).toEqual([{ session: 'dave', fromMs, untilMs: at(20) }]);
  // Of a claim that ended, until then.
  const times = { claimedAt: formatInstant(at(10)), recordedAt: formatInstant(at(20)) };
  const record = recordOf({ ...times, state: 'released', action: 'release', holder: holderNamed('dave') });
  const reading = { kind: 'record', oid: 'a'.repeat(40), previous: null, record } as never;
  const found = await leftInTree(ports, askerItself(ports), record.order, '/app', reading);
  expect(found.map(({ session, paths }) => [session, paths])).toEqual([
    [null, ['5', '10', '35']],
    ['dave', ['15']],
  ]);
});
