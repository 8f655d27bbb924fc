import type { CheckedCommit } from '../core/check/facts.ts';
import type { Finding } from '../core/check/finding.ts';
import { fitted } from '../core/columns.ts';
import { firstFew } from '../core/line.ts';
import { isCancelled } from '../core/orders/status-words.ts';
import { announcement } from './announcement.ts';
import { NOTHING_KNOWN } from './nothing-known.ts';
import { brokenFile, sameOrder } from './order-trouble.ts';
import { waitsClause } from './why.ts';

/** Columns of a title. The holder comes after it, and must be readable on a terminal of 80 columns. */
const TITLE_MAX = 30;

/**
 * Says in one line what a session may collide with.
 *
 * @param pathOf returns a worktree's path as the reader would write it; the absolute path by default, for documents
 */
export function findingMessage({ order, session, about }: Finding, pathOf = (absolute: string) => absolute): string {
  const bySession = session === null ? '' : ` by ${session}`;
  switch (about.what) {
    case 'claim': {
      const { title, state, evidence } = about.claim;
      if (state === null) return `${order} is foreign or cannot be read, and counts as taken: ${evidence ?? NOTHING_KNOWN}`;
      const called = title === null ? '' : ` (${fitted(title, TITLE_MAX)})`;
      const blocked = state === 'blocked' ? ', blocked' : '';
      return `${order}${called} is held by ${session}${blocked}: ${evidence ?? NOTHING_KNOWN}`;
    }
    case 'completed':
      return `${order} was completed by ${session}${FATE[about.fate]}`;
    case 'shipped':
      return `${order} is already on ${about.commit.branch ?? 'the default branch'}${bySession}: ${short(about.commit)}`;
    case 'done-by-file':
      return isCancelled(about.statusWord ?? '')
        ? `${order} was given up (${about.statusWord}), according to ${about.file}`
        : `${order} is already done, according to ${about.file}`;
    case 'waits':
      return `${order} ${waitsClause(about.waits.order, about.waits.obstacle)}`;
    case 'broken':
      return brokenFile(order ?? '', about.file, about.trouble);
    case 'duplicate':
      return sameOrder(order ?? '', about.files);
    case 'path':
      return `${about.path}, ${OWN_PATH[`${about.isChanged}`]}, is claimed by ${session}: ${about.evidence ?? NOTHING_KNOWN}`;
    case 'branch':
      return about.lacking === null
        ? `branch ${about.branch} has unmerged work on ${order}`
        : `${about.branch} has ${about.lacking} commit${about.lacking === 1 ? '' : 's'} on ${order} that your branch lacks`;
    case 'commit': {
      const { commit, met, isOfOrder } = about;
      const where = commit.branch === null ? '' : ` on ${commit.branch}`;
      const files = met.length === 0 ? '' : `, to ${firstFew(met)}, ${OWN_FILES}`;
      return `${(session ?? commit.author) || 'somebody'} committed${where}${isOfOrder ? `, for ${order}` : files}: ${short(commit)}`;
    }
    case 'legacy':
      return `legacy: ${order} is in progress by its file ${about.file}, but nobody claimed it: a session without git claim may work on it`;
    case 'intent':
      return announcement(session, about.intent.message, '');
    case 'left':
      return `left uncommitted ${about.tree === null ? `here${bySession || ' before this session began'}` : `at ${pathOf(about.tree)}${bySession}`}: ${firstFew(about.files)}`;
    case 'gone':
      return `deleted here, before this session began or since: ${firstFew(about.files)}`;
    case 'tree':
      return `${session === null ? 'there is' : `${session} has`} a worktree of ${order} at ${pathOf(about.tree)}`;
    case 'uncommitted':
      return `uncommitted changes${bySession} at ${pathOf(about.tree)}: ${firstFew(about.files)}${about.isMet ? `, ${OWN_FILES}` : ''}`;
  }
}

const OWN_FILES = 'which you work on too';

const OWN_PATH = { true: 'which you have changed', false: 'which your order is about' } as const;

const FATE = {
  merged: ', and merged',
  unmerged: ', and is not merged yet',
  empty: ', without a commit of its own',
  unknown: '',
} as const;

function short({ oid, subject }: CheckedCommit): string {
  return `${oid.slice(0, 10)} ${subject}`.trimEnd();
}
