import { ClaimError } from '../errors.ts';
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

/** What `claim.branch` is by default. */
export const DEFAULT_BRANCH = '<order>-<title>';

/**
 * Returns the branch of an order by `claim.branch`, in which `<order>` is the order in lower case and `<title>` the words of its
 * title: `order-143-fix-login`. If no title is known, `<title>` goes with the sign before or after it.
 *
 * @throws ClaimError `usage` if the template has no `<order>`, because all orders would then share one branch, or is no name
 */
export function branchName(order: OrderId, title: string | null, template = DEFAULT_BRANCH): string {
  const words = slug(title ?? '');
  const filled = words === '' ? template.replace(TITLE, '') : template.replaceAll('<title>', words);
  const name = filled.replaceAll('<order>', order.toLowerCase());
  if (template.includes('<order>') && isBranchName(name)) return name;
  throw new ClaimError({ code: 'usage', kind: 'branch-template', text: template, usual: DEFAULT_BRANCH });
}

/** Returns whether git accepts a name for a branch (git-check-ref-format(1)), and every file system does. */
function isBranchName(name: string): boolean {
  return (
    name.length <= BRANCH_LENGTH_MAX &&
    !/^-|^HEAD$|[\p{Cc}\s~^:?*[\\]|\.\.|@\{|^@$|\.$/u.test(name) &&
    name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'))
  );
}

const BRANCH_LENGTH_MAX = 200;

/** Returns whether a branch is named after the order, plainly or by the template, and so was made for it. */
export function isBranchOf(order: OrderId, branch: string, template = DEFAULT_BRANCH): boolean {
  const id = order.toLowerCase();
  if (branch === id || branch.startsWith(`${id}-`)) return true;
  const pattern = template.split(new RegExp(`(${TITLE.source}|<order>)`)).map((part) => {
    if (part === '<order>') return escaped(id);
    const words = escaped(part).replace('<title>', '[a-z0-9-]+');
    return part.includes('<title>') ? `(?:${words})?` : words;
  });
  return new RegExp(`^${pattern.join('')}$`).test(branch);
}

/** What is left out of a template without a title. */
const TITLE = /[-_.]<title>|<title>[-_./]?/g;

function escaped(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}

/**
 * Returns the branch of a remote that a new claim continues: the one of the wanted name, or else the only one that is named after
 * the order alone. A prefix (`ada/order-143`) says that the branch is somebody's, so nobody continues it unasked.
 *
 * @param unmerged branches at remotes that are named after the order and have unmerged work
 */
export function continuedBranch(
  order: OrderId,
  wanted: string,
  unmerged: readonly BranchTip[],
  template = DEFAULT_BRANCH,
): BranchTip | null {
  const named = unmerged.filter(({ branch }) => branch === wanted);
  const plain = unmerged.filter(({ branch }) => isBranchOf(order, branch, template));
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
