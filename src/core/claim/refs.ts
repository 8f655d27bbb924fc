import { ClaimError } from '../errors.ts';
import { isCanonicalOrderId, type OrderId } from '../ids.ts';

export const DEFAULT_REF_PREFIX = 'refs/claims/';

/**
 * Parses `claim.refPrefix`: where claim refs live. Records are tags, so on a host that accepts only
 * heads and tags `refs/tags/claims/` works.
 *
 * @returns the prefix with one `/` at its end
 * @throws ClaimError `usage`
 */
export function parseRefPrefix(text: string): string {
  const prefix = text.endsWith('/') ? text : `${text}/`;
  const components = prefix.split('/').slice(1, -1);
  const isSafe =
    prefix.startsWith('refs/') &&
    components.length > 0 &&
    components.every((part) => /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(part) && !part.includes('..') && !/\.(lock)?$/.test(part));
  if (
    !isSafe ||
    prefix === 'refs/tags/' ||
    components.at(-1) === 'claim-paths' ||
    components.some((part, at) => at === 0 && RESERVED.has(part))
  ) {
    throw new ClaimError({ code: 'usage', kind: 'ref-prefix', text, usual: DEFAULT_REF_PREFIX });
  }
  return prefix;
}

/**
 * No claim can live below these. Git accepts only commits under heads, and keeps bisect, rewritten and worktree separate
 * for each worktree, so that every worktree would have its own claims. It gives remotes, replace, notes and stash a
 * meaning. The last six are git-claim's own.
 */
const RESERVED: ReadonlySet<string> = new Set([
  ...['heads', 'bisect', 'rewritten', 'worktree', 'remotes', 'replace', 'notes', 'stash'],
  ...['claim-rescue', 'claim-done', 'claim-paths', 'claims-remote', 'claims-beat', 'claims-guard'],
]);

/** Where the last commit of finished work is kept until it is merged: outside branches, which anybody may move or delete. */
export const DONE_PREFIX = 'refs/claim-done/';

export function doneRef(order: OrderId): string {
  return DONE_PREFIX + order;
}

export function claimRef(prefix: string, order: OrderId): string {
  return prefix + order;
}

/** Returns the order that a ref under the prefix stands for, or null if its name is not a canonical order id (a foreign ref). */
export function orderOfRef(prefix: string, ref: string): OrderId | null {
  const name = ref.startsWith(prefix) ? ref.slice(prefix.length) : '';
  return isCanonicalOrderId(name) ? name : null;
}
