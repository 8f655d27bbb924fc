import { ClaimError } from '../errors.ts';
import { isCanonicalOrderId, type OrderId } from '../ids.ts';

export const DEFAULT_REF_PREFIX = 'refs/claims/';

/**
 * Parses `claim.refPrefix`: where claim refs live. Hosts that take only heads and tags can be given `refs/tags/claims/`, since records are tags.
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
 * Below these no claim can live: git takes only commits under heads, keeps bisect, rewritten and worktree apart for each work tree (every tree would
 * have claims of its own), gives remotes, replace, notes and stash meanings; the last two are git-claim's own.
 */
const RESERVED: ReadonlySet<string> = new Set([
  ...['heads', 'bisect', 'rewritten', 'worktree', 'remotes', 'replace', 'notes', 'stash'],
  ...['claim-rescue', 'claim-paths'],
]);

export function claimRef(prefix: string, order: OrderId): string {
  return prefix + order;
}

/** Returns the order a ref under the prefix stands for, or null when its name is no canonical order id: a foreign ref. */
export function orderOfRef(prefix: string, ref: string): OrderId | null {
  const name = ref.startsWith(prefix) ? ref.slice(prefix.length) : '';
  return isCanonicalOrderId(name) ? name : null;
}
