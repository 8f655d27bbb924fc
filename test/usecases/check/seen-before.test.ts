import { expect, test } from 'vitest';
import { askerItself } from '../../../src/usecases/caller/asker.ts';
import { seenBefore } from '../../../src/usecases/check/trees.ts';
import { holderNamed } from '../../support/claims.ts';
import { memoryPorts } from '../../support/memory-ports.ts';

test('files were left by the session last seen there of those that had begun when they were changed', () => {
  const ports = memoryPorts({ name: 'carol' });
  for (const [name, minute] of [
    ['alice', 10],
    ['bob', 20],
  ] as const) {
    const at = `2026-05-01T10:${minute}:00.500Z`;
    const seen = { worktree: '/app', title: null, linear: null, startedAt: at, lastSeenAt: at, endedAt: null };
    ports.presence.register({ ...holderNamed(name), ...seen });
  }
  const leftAt = (...minutes: number[]) => {
    const dirty = minutes.map((minute) => ({
      path: `${minute}`,
      isDeleted: false,
      modifiedMs: Date.UTC(2026, 4, 1, 10, minute),
    }));
    return seenBefore(ports, askerItself(ports), '/app', dirty)?.id ?? null;
  };
  expect([leftAt(5), leftAt(10), leftAt(15), leftAt(15, 25), leftAt(20)]).toEqual([null, 'alice', 'alice', 'bob', 'bob']);
  // Nothing tells when a file of which nothing is known was changed.
  const unknown = [{ path: 'gone', isDeleted: true, modifiedMs: null }];
  expect(seenBefore(ports, askerItself(ports), '/app', unknown)?.id).toBe('bob');
});
