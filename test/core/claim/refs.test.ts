import { expect, test } from 'vitest';
import { claimRef, orderOfRef, parseRefPrefix } from '../../../src/core/claim/refs.ts';
import { parseOrderId } from '../../../src/core/ids.ts';
import { failed } from '../../support/failures.ts';

test.each([
  ['refs/claims/', 'refs/claims/'],
  ['refs/claims', 'refs/claims/'],
  ['refs/tags/claims/', 'refs/tags/claims/'],
  ['refs/team_a/v1.2/claims', 'refs/team_a/v1.2/claims/'],
])('claims may live under %s', (text, prefix) => {
  expect(parseRefPrefix(text)).toBe(prefix);
});

test.each([
  [
    '',
    '/',
    'refs',
    'refs/',
    'claims/',
    '../..',
    'refs/../claims/',
    'refs//claims/',
    'refs/.hidden/',
    'refs/a.lock/',
    'refs/a./',
    'refs/a b/',
  ],
  [
    'refs/heads/',
    'refs/heads/claims/',
    'refs/tags/',
    'refs/remotes/origin/claims/',
    'refs/notes/claims/',
    'refs/replace/',
    'refs/stash/',
  ],
  ['refs/bisect/claims/', 'refs/rewritten/claims/', 'refs/worktree/claims/'],
  [
    'refs/claim-paths/',
    'refs/tags/claim-paths/',
    'refs/claim-rescue/x/',
    '-c',
    'refs/-n/',
    'refs/$(id)/',
    'refs/a\nb/',
    'REFS/claims/',
    'refs/cläims/',
  ],
])('claims cannot live under %s and the like', (...prefixes) => {
  for (const prefix of prefixes)
    expect(failed(() => parseRefPrefix(prefix))).toMatchObject({
      failure: { kind: 'ref-prefix', text: prefix },
      message: expect.stringContaining('cannot hold claims'),
    });
});

test('only a canonical id right below the prefix is a claim', () => {
  const order = parseOrderId('order-1');
  expect(orderOfRef('refs/claims/', claimRef('refs/claims/', order))).toBe(order);
  for (const ref of [
    'refs/claims/',
    'refs/claims/order-1',
    'refs/claims/ORDER-1/x',
    'refs/heads/ORDER-1',
    'refs/claims/ORDER-1.lock',
  ])
    expect([ref, orderOfRef('refs/claims/', ref)]).toEqual([ref, null]);
});
