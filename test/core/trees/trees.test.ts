import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OrderId, SessionId } from '../../../src/core/ids.ts';
import { type Anchor, formatAnchor, parseAnchor } from '../../../src/core/session/anchor.ts';
import { branchName } from '../../../src/core/trees/branch-name.ts';
import { formatLockReason, parseLockReason } from '../../../src/core/trees/lock-reason.ts';
import { repoName, worktreePath } from '../../../src/core/trees/worktree-path.ts';
import { failed } from '../../support/failures.ts';

const ORDER = 'ORDER-7' as OrderId;
const word = (alphabet: string, maxLength: number) => fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength });
const anyAnchor: fc.Arbitrary<Anchor> = fc.record({
  pid: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  start: word('0123456789abcXYZ:._-', 64),
  ns: word('0123456789hostABC', 32),
});
const anyText = fc.string({ unit: 'binary' });

test('an anchor is read back from its token, and no other text is one by accident', () => {
  fc.assert(
    fc.property(anyAnchor, (anchor) => {
      expect(parseAnchor(formatAnchor(anchor))).toEqual(anchor);
    }),
  );
  fc.assert(
    fc.property(anyText, (text) => {
      const anchor = parseAnchor(text);
      if (anchor !== null) expect(formatAnchor(anchor)).toBe(text);
    }),
  );
  for (const text of ['', '0@1/2', '-1@1/2', '1@1/', '1@/2', '1@1/2\n', '01@1/2'])
    expect([text, parseAnchor(text)]).toEqual([text, null]);
});

test('a lock says whose tree it is, and is read back', () => {
  const anyLock = fc.record({
    order: fc.constantFrom('ORDER-7', 'BACK-217.02').map((id) => id as OrderId),
    generation: fc.integer({ min: 1, max: 999_999_999_999_999 }),
    session: word('abcXYZ019._:()-', 64).map((id) => id as SessionId),
    maker: fc.option(anyAnchor, { nil: null }),
  });
  fc.assert(
    fc.property(anyLock, (lock) => {
      expect(parseLockReason(formatLockReason(lock))).toEqual(lock);
    }),
  );
});

test("somebody else's lock is none of ours", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(parseLockReason(text)).toBeNull();
    }),
  );
  for (const text of [
    'git-claim order-7 generation 1 by x',
    'git-claim ../x generation 1 by x',
    'git-claim ORDER-7 generation -1 by x',
  ]) {
    expect(parseLockReason(text)).toBeNull();
  }
});

test('whatever a title says, the branch is one that git takes', () => {
  fc.assert(
    fc.property(fc.option(anyText, { nil: null }), (title) => {
      expect(branchName(ORDER, title)).toMatch(/^order-7(?:-[a-z0-9]+)*$/);
    }),
  );
  expect(branchName(ORDER, 'Größe: fix the "login" $(id)')).toBe('order-7-gro-e-fix-the-login-id');
});

test('a path of a worktree takes names as they are', () => {
  expect(worktreePath('../<repo>.claims/<order>', "it's $& $1 <order>", ORDER)).toBe("../it's $& $1 <order>.claims/ORDER-7");
  expect(worktreePath('$(x)/<order>', 'app', ORDER)).toBe('$(x)/ORDER-7');
  for (const template of ['', '../trees', '<ORDER>', '$(x)']) {
    expect(failed(() => worktreePath(template, 'app', ORDER))).toMatchObject({
      failure: { kind: 'worktrees-template', text: template },
      message: expect.stringContaining('has no <order> in it'),
    });
  }
});

test.each([
  [['home', 'ada', 'app', '.git'], 'app'],
  [['home', 'ada', 'app.git'], 'app'],
  [['home', 'ada', 'app', '.bare'], 'app'],
  [['.git'], 'repo'],
  [[], 'repo'],
])('%j is called %s', (folders, name) => {
  expect(repoName(folders)).toBe(name);
});
