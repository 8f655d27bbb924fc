import type { Oid, OrderId } from '../ids.ts';

/** A branch and its tip. A remote may have another tip under the same name. */
export type BranchTip = {
  /** Without `refs/heads/` or the remote's name. */
  readonly branch: string;
  /** Null for a local branch. */
  readonly remote: string | null;
  readonly tip: Oid;
};

/** Long enough to recognise the work, short enough for a prompt and for every file system. */
const SLUG_LENGTH_MAX = 40;

/** Returns the branch of an order: `order-143-fix-login`, or `order-143` if no title is known. */
export function branchName(order: OrderId, title: string | null): string {
  const words = slug(title ?? '');
  return words === '' ? order.toLowerCase() : `${order.toLowerCase()}-${words}`;
}

/** Returns whether a branch is named after the order, and so was made for it. */
export function isBranchOf(order: OrderId, branch: string): boolean {
  return branch === order.toLowerCase() || branch.startsWith(`${order.toLowerCase()}-`);
}

/**
 * Returns the branch of a remote that a new claim continues: the one of the wanted name, or else the only one that is named after
 * the order alone. A prefix (`ada/order-143`) says that the branch is somebody's, so nobody continues it unasked.
 *
 * @param unmerged branches at remotes that are named after the order and have unmerged work
 */
export function continuedBranch(order: OrderId, wanted: string, unmerged: readonly BranchTip[]): BranchTip | null {
  const named = unmerged.filter(({ branch }) => branch === wanted);
  const plain = unmerged.filter(({ branch }) => isBranchOf(order, branch));
  const chosen = named.length > 0 ? named : plain;
  if (chosen.some(({ branch }) => branch !== chosen[0]?.branch)) return null;
  return chosen.find(({ remote }) => remote === 'origin') ?? chosen[0] ?? null;
}

/** Returns a branch as people and git write it: `order-143`, `origin/order-143`. */
export function nameOfTip({ branch, remote }: Pick<BranchTip, 'branch' | 'remote'>): string {
  return remote === null ? branch : `${remote}/${branch}`;
}

/** Returns the title's words in ASCII, joined by `-`; empty if it has none. */
export function slug(title: string): string {
  const words = title
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  const cut = words.slice(0, SLUG_LENGTH_MAX + 1);
  const whole = words.length > SLUG_LENGTH_MAX ? cut.slice(0, Math.max(cut.lastIndexOf('-'), 1)) : words;
  return whole.slice(0, SLUG_LENGTH_MAX).replace(/^-+|-+$/g, '');
}
