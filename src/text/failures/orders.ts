import type { IdTrouble, OrderFailure } from '../../core/failures/orders.ts';
import { ordersPlace } from '../order-trouble.ts';
import { whyClause } from '../why.ts';
import { firstOf, inQuotes, type Words } from './wording.ts';

/** How many uncommitted files a sentence names. */
const FILES_MAX = 5;

export const ORDER_WORDS: Words<OrderFailure> = {
  'bad-order-id': (failure) => ({
    says: `${shownId(failure.text, failure.lengthMax)} is not an order id: ${ID_TROUBLES[failure.why](failure)}`,
    hint:
      failure.meant === null
        ? 'an order id looks like ORDER-143, ENG-7 or BACK-217.02, and an issue like 214 or #214; claim.idPattern says what is one'
        : `did you mean ${failure.meant}?`,
  }),
  'drop-by-agent': () => ({
    says: 'only a person may drop work that is kept',
    hint: 'ask one to run git claim rescue --drop <ref> in a terminal of their own',
  }),
  'drop-declined': () => ({ says: 'the work is still kept' }),
  'drop-with-json': () => ({
    says: 'rescue --drop asks a person: it has no --json',
    hint: 'git claim rescue --list --json lists what is kept',
  }),
  'follow-up-id': ({ id }) => ({ says: `claim.idPattern does not allow ${id} as an order id` }),
  'follow-up-numbers-taken': ({ from }) => ({
    says: `no number from ${from} on could be taken`,
    hint: 'git claim list --all shows which are taken',
  }),
  'follow-up-of-several': () => ({ says: 'a follow-up belongs to one order' }),
  'follow-up-parent': ({ order, near }) => ({
    says: `${order} is not known here: it has neither a file nor a claim`,
    hint: near === null ? 'name the order at which the work was found' : `did you mean ${near}?`,
  }),
  'history-unreadable': ({ order, why }) => ({
    says: `the history of ${order} cannot be read: ${why}`,
    hint: `git claim status ${order} tells more`,
  }),
  'issue-elsewhere': ({ text, repository, id, repositories }) => ({
    says: `${inQuotes(text, 200)} is an issue of ${repository}, and the remotes here are ${repositories.join(', ')}`,
    hint: `git claim ${id}, if it is tracked here all the same; git remote add makes another repository known`,
  }),
  'lost-several': ({ orders }) => ({ says: `you lost ${orders.join(', ')}: name one`, hint: RESCUE }),
  'near-miss': ({ order, near }) => ({
    says: `${order} is not known here: it has neither a file nor a claim`,
    hint: `did you mean ${near}? If ${order} is an order of its own, give it a file first`,
  }),
  'no-order-files': ({ missing, place }) => ({
    says: `there are no order files${missing.length === 0 ? '' : `: ${missing.map((folder) => `${folder}/`).join(' and ')} not found in ${ordersPlace(place)}`}`,
    hint: "git config claim.orders says where they are, such as 'backlog/tasks/*.md'; any order can be claimed by its id without a file",
  }),
  'no-order-here': ({ command, hasSeveral, bound, held }) => ({
    says: hasSeveral
      ? 'this worktree has several orders; name one'
      : `you hold no order in this worktree${bound.length === 0 ? '' : ` (${bound.map(({ order, session }) => `${order} is ${session}'s`).join(', ')})`}; name one`,
    hint:
      held.length === 0
        ? 'you hold nothing; git claim <order> claims one'
        : `you hold ${held.join(', ')}: git claim ${command} ${held[0]}`,
  }),
  'no-order-ready': ({ named, counted, silent }) => ({
    says: 'no order is ready and free',
    reasons: [
      ...named.map(({ order, why }) => `${order}: ${whyClause(why)}`),
      ...(counted.length === 0
        ? []
        : [counted.map(({ verdict, count, isMore }) => `${count} ${isMore ? 'more ' : ''}${verdict}`).join(', ')]),
    ],
    hint:
      silent === null
        ? 'git claim list shows who works on what'
        : `git claim --wait ${silent} waits until its silent holder answers or may be replaced`,
  }),
  'not-kept': ({ text }) => ({ says: `no work is kept as ${inQuotes(text, 80)}`, hint: 'git claim rescue --list shows what is' }),
  'nothing-lost': () => ({ says: 'nobody holds an order that was taken from you', hint: RESCUE }),
  'nothing-to-rescue': ({ order, worktree }) => ({
    says: `nothing is left of the work on ${order}: ${worktree === null ? 'it had no worktree' : `its worktree ${worktree} is gone`}, and so is its branch`,
    hint: 'git fsck --lost-found and git reflog may still know its commits',
  }),
  'order-changed': ({ order }) => ({
    says: `${order} has changed since it was looked at, and nothing was taken`,
    hint: `git claim status ${order} shows its current state`,
  }),
  'order-file-changing': ({ file }) => ({ says: `another process keeps changing ${file}` }),
  'order-file-exists': ({ path }) => ({ says: `${path} exists already` }),
  'order-file-nowhere': () => ({ says: 'there is no worktree to write an order file in', hint: 'run this in a worktree' }),
  'order-file-outside': ({ file }) => ({ says: `${file} leads out of the worktree` }),
  'order-file-too-large': ({ file, bytesMax }) => ({ says: `${file} is larger than ${bytesMax / 1024 ** 2} MB` }),
  'order-file-unwritable': ({ path, said }) => ({ says: `${path} cannot be written: ${said}` }),
  'order-unnumbered': ({ order }) => ({ says: `cannot number a follow-up: ${order} does not end in a number` }),
  'orders-unreadable': ({ place, said }) => ({ says: `the orders of ${place} cannot be read: ${said}` }),
  'rescue-options': () => ({
    says: 'rescue takes an order, or --list, or --drop <ref>',
    hint: 'git claim rescue -h shows what each does',
  }),
  'too-many-orders': ({ max }) => ({ says: `more than ${max} orders in one command` }),
  'uncommitted-work': ({ order, worktree, files }) => ({
    says: `${order} stays yours: it has work that is not committed: ${firstOf(files, FILES_MAX)}`,
    hint: `commit it in ${worktree} (or stash it there), then git claim complete ${order}; git claim release ${order} gives it back unfinished`,
  }),
};

const ID_TROUBLES: Readonly<Record<IdTrouble, (failure: { readonly pattern: string; readonly lengthMax: number }) => string>> = {
  'bad-characters': () => 'only ASCII letters, digits, ".", "_" and "-" are allowed',
  empty: () => 'it is empty',
  'no-match': ({ pattern }) => `it does not match ${pattern}`,
  'no-ref-name': () => 'git does not allow it in a ref name',
  'too-long': ({ lengthMax }) => `it is longer than ${lengthMax} characters`,
};

const RESCUE = 'git claim rescue ORDER-143 keeps the work of that order';

function shownId(text: string, lengthMax: number): string {
  return inQuotes(text.length > lengthMax ? `${text.slice(0, lengthMax)}...` : text, lengthMax + '...'.length);
}
