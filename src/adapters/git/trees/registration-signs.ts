import { join } from 'node:path';
import { parseLockReason } from '../../../core/trees/lock-reason.ts';
import { readText } from '../files.ts';

/** What git knows of a linked worktree: a folder below `worktrees` in the common directory. */
export type Registration = {
  readonly id: string;
  readonly gitDir: string;
  /** The folder in which git expects the worktree; empty if the registration does not say. */
  readonly path: string;
};

/** Where git expects worktrees, and the registrations by what says whose they are. */
export type SignsOf = {
  readonly isExpected: ReadonlySet<string>;
  readonly byOrder: ReadonlyMap<string, readonly Registration[]>;
  readonly byBranch: ReadonlyMap<string | null, readonly Registration[]>;
};

export function signsOfAll(registrations: readonly Registration[]): SignsOf {
  const byOrder = new Map<string, Registration[]>();
  const byBranch = new Map<string | null, Registration[]>();
  for (const registration of registrations) {
    const signs = signsOf(registration);
    for (const order of signs?.orders ?? []) byOrder.set(order, [...(byOrder.get(order) ?? []), registration]);
    const branch = signs?.branch ?? null;
    if (branch !== null) byBranch.set(branch, [...(byBranch.get(branch) ?? []), registration]);
  }
  return { isExpected: new Set(registrations.map(({ path }) => path)), byOrder, byBranch };
}

/** What says whose a registration is. */
type Signs = {
  /** The orders of the claims bound to it, and that of its lock. */
  readonly orders: ReadonlySet<string>;
  readonly branch: string | null;
};

/** Returns null for a worktree that is set aside, to be removed: where it is now is no place to work in. */
function signsOf({ gitDir }: Registration): Signs | null {
  const lock = parseLockReason(readText(join(gitDir, 'locked')) ?? '');
  if (lock?.isGoing === true) return null;
  const bound = readText(join(gitDir, 'claim', 'binding')) ?? '';
  const orders = bound.split('\n').flatMap((line) => /^(.*?) /.exec(line)?.[1] ?? []);
  return { orders: new Set(lock === null ? orders : [...orders, lock.order]), branch: branchIn(gitDir) };
}

/** Returns the branch that a registration's HEAD names; null if it is detached. */
export function branchIn(gitDir: string): string | null {
  return /^ref: refs\/heads\/(.+)\n?$/.exec(readText(join(gitDir, 'HEAD')) ?? '')?.[1] ?? null;
}
