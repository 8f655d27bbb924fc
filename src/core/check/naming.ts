import { type IdPattern, type OrderId, orderIdOf } from '../ids.ts';
import { idInName } from '../orders/read-order.ts';

/** What a commit says of the work it belongs to. */
export type CommitWords = {
  readonly orders: readonly string[];
  readonly branch: string | null;
  readonly subject: string;
};

/**
 * Returns the orders a commit belongs to: those in its trailers, or else the one its branch is named after, or else those its
 * subject mentions. A subject may mention anything, so only known orders count there.
 */
export function ordersOf(commit: CommitWords, pattern: IdPattern, isKnown: (order: OrderId) => boolean): readonly OrderId[] {
  const named = commit.orders.flatMap((text) => orderIdOf(text, pattern) ?? []);
  if (named.length > 0) return named;
  const branch = commit.branch === null ? null : orderOfBranch(commit.branch, pattern);
  if (branch !== null && isKnown(branch)) return [branch];
  return mentioned(commit.subject, pattern).filter(isKnown);
}

/**
 * Returns whether a commit of the default branch says that it contains the order's work: by a trailer, `ORDER-143: ...`,
 * `[ORDER-143]`, `fix(ORDER-143)`, `Closes ORDER-143`, or the merge of the order's branch. A mere mention does not count.
 */
export function ships(order: OrderId, { orders, subject }: CommitWords, pattern: IdPattern): boolean {
  if (orders.some((text) => orderIdOf(text, pattern) === order)) return true;
  const id = order.replace(/[^A-Z0-9]/g, '\\$&');
  const alone = `${id}(?![A-Za-z0-9])(?!\\.[0-9])`;
  const links = [
    `^\\[?${alone}\\]?(?:[:\\s]|$)`,
    `^[a-z]+\\(${alone}\\)!?:`,
    `\\b(?:clos|fix|resolv|complet|implement|ship)(?:e|es|ed|ing|s)?:?\\s+(?:#?${alone}${issueOf(order, pattern)})`,
    `^Merge\\b.*[\\s'"/]${alone}`,
  ];
  return new RegExp(links.join('|'), 'i').test(subject);
}

/** Returns how a subject may name the order's issue, as one more choice of a regular expression; empty if it is no issue's. */
function issueOf(order: OrderId, { issues }: IdPattern): string {
  const prefix = `${issues.prefix.toUpperCase()}-`;
  return order.startsWith(prefix) ? `|#${order.slice(prefix.length)}(?![0-9])` : '';
}

/**
 * Returns the order that a branch is named for: `order-143-fix-login`, `ada/eng-7`, `eng-7/login`, and `worktree-order-143`, as
 * Claude Code names the branches of its worktrees.
 */
export function orderOfBranch(branch: string, pattern: IdPattern): OrderId | null {
  const parts = branch.split('/').reverse();
  const names = parts.flatMap((part) => [part, ...(part.startsWith(AGENTS_PREFIX) ? [part.slice(AGENTS_PREFIX.length)] : [])]);
  const id = names.map((name) => idInName(name, pattern)).find((found) => found !== null);
  return orderIdOf(id ?? '', pattern);
}

const AGENTS_PREFIX = 'worktree-';

/** How many ids of a subject are considered. Nobody names more orders in one. */
const MENTIONS_MAX = 8;

function mentioned(subject: string, pattern: IdPattern): OrderId[] {
  const words = subject.match(/[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?/g) ?? [];
  return words
    .filter((word) => /[0-9]/.test(word))
    .flatMap((word) => orderIdOf(word, pattern) ?? [])
    .slice(0, MENTIONS_MAX);
}
