import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OrderId, SessionId } from '../../../src/core/ids.ts';
import { type Anchor, formatAnchor, parseAnchor } from '../../../src/core/session/anchor.ts';
import { branchName, isBranchOf } from '../../../src/core/trees/branch-name.ts';
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

test.each([
  ['feat/<order>-<title>', 'Fix login', 'feat/order-7-fix-login'],
  ['feat/<order>-<title>', null, 'feat/order-7'],
  ['ann/<order>', 'Fix login', 'ann/order-7'],
  ['<title>/<order>', 'Fix login', 'fix-login/order-7'],
  ['<title>/<order>', null, 'order-7'],
  ['wip.<title>.<order>', null, 'wip.order-7'],
  ['größe/<order>', null, 'größe/order-7'],
])('by the template %s and the title %j the branch is %s, which is the order’s', (template, title, branch) => {
  expect(branchName(ORDER, title, template)).toBe(branch);
  expect(isBranchOf(ORDER, branch, template)).toBe(true);
  for (const other of ['main', branch.replace('order-7', 'order-70'), branch.replace('order-7', 'order-17'), `x/y/${branch}`])
    expect([other, isBranchOf(ORDER, other, template)]).toEqual([other, false]);
});

test.each([
  'feat/<title>',
  '-<order>',
  '<order>.lock',
  '<order>/',
  '/<order>',
  'a//<order>',
  'a..<order>',
  '.a/<order>',
  '<order>~1',
  'a <order>',
  '<order>@{0}',
  '\u0007<order>',
  `${'x'.repeat(200)}<order>`,
])('a template that makes no branch names is refused: %j', (template) => {
  expect(failed(() => branchName(ORDER, 'Fix', template)).failure).toMatchObject({ kind: 'branch-template', text: template });
});

test('whatever a title says, the branch of a template is one that git allows', () => {
  for (const title of ['../../main', '-f', 'a.lock', '@{-1}', '$(touch x)', '\n\u001b', '..', 'HEAD', '.', '/'.repeat(90)])
    expect(branchName(ORDER, title, 'feat/<order>-<title>')).toMatch(/^feat\/order-7(?:-[a-z0-9]+)*$/);
});
