import type { Lowered } from '../core/install/gate.ts';
import { formatDuration, parseInstant } from '../core/time.ts';
import type { Loss } from '../ports/losses.ts';
import type { Cut } from '../ports/uncloned-refs.ts';
import type { Warning } from '../usecases/warning.ts';
import { announcement } from './announcement.ts';
import { DOUBLED, DOUBLED_REMEDY, unconfirmedSentence } from './clones.ts';
import { otherRemoteText } from './committed.ts';
import { driverRemedy } from './driver.ts';
import { troubleText } from './failures/failure.ts';
import { NO_ANSWER } from './failures/remote.ts';
import { firstOf } from './failures/wording.ts';
import { innerText } from './failures/worktrees.ts';
import { findingMessage } from './finding.ts';
import { movedMessage } from './moved.ts';
import { brokenFile, ordersPlace, orderTrouble, sameOrder } from './order-trouble.ts';
import { type Page, since } from './page.ts';
import { mendedText, setupTrouble } from './setup.ts';

/** Words a warning for people, who read instants in local time. */
export function warningText(page: Page, warning: Warning): string {
  if (warning.code === 'intent') {
    const atMs = parseInstant(warning.at);
    return announcement(warning.session, warning.message, atMs === null ? '' : `${formatDuration(page.nowMs - atMs)} ago`);
  }
  return warningMessage(warning, (instant) => since(page, instant));
}

export function warningMessage(warning: Warning, timeOf: (instant: string) => string): string {
  if ('more' in warning) return `and ${warning.more} more of this kind`;
  switch (warning.code) {
    case 'no-order-file':
      return `${warning.order} has no order file here, but other orders do`;
    case 'near-miss':
      return `${warning.order} is not known here: did you mean ${warning.near}?`;
    case 'no-commits':
      return `${warning.order}: nothing was committed for it since it was claimed`;
    case 'binding':
      return `${warning.order}: its worktree could not be marked, so commands there need the order's name`;
    case 'no-helper':
      return 'the heartbeat helper gave no sign of life: only your own commands, such as git claim status, keep your claims alive';
    case 'no-event-log':
      return `there is no event log here, so what other sessions did and announced is unknown: ${warning.said} (git claim doctor)`;
    case 'no-driver':
      return `${warning.trouble.said}, so this claim has no heartbeats; ${driverRemedy(warning.trouble)}`;
    case 'hooks-mended':
      return hooksMended(warning, timeOf);
    case 'gate-lowered':
      return gateLowered(warning);
    case 'hooks-off':
      return warning.scope === 'worktree'
        ? `git-claim's hooks do not run in this worktree, because its own core.hooksPath is ${warning.path}: git config --worktree --unset-all core.hooksPath`
        : `git-claim's hooks do not run for this command and what it starts, because its environment sets core.hooksPath to ${warning.path}`;
    case 'unshared':
      return `claims were shared through ${warning.remote} here, and are not any more, because claim.remote is not set (a .gitclaim that is gone or broken, perhaps): other clones do not see what is claimed now; git claim init --remote ${warning.remote} shares them again, git claim init --uninstall ends it`;
    case 'other-remote':
      return `${otherRemoteText(warning)}; git claim doctor says how to agree`;
    case 'hooks-astray':
      return `some of git-claim's hooks no longer run here, and could not be reinstalled: ${troubleText(warning.failure)}`;
    case 'no-orders':
      return `there is no folder ${warning.folder}/ in ${ordersPlace(warning.place)} (claim.orders)`;
    case 'broken-order':
      return brokenFile(warning.order, warning.file, warning.trouble);
    case 'unnamed-order':
      return `${warning.file} is not an order: ${orderTrouble(warning.trouble)}`;
    case 'duplicate-order':
      return sameOrder(warning.order, warning.files);
    case 'uncommitted':
      return `${warning.order}: left uncommitted: ${firstOf(warning.files, FILES_MAX)}`;
    case 'hidden-work':
      return `${warning.order}: left uncommitted: ${firstOf(warning.files, FILES_MAX)}, whose changes git was told to overlook`;
    case 'stashed':
      return `${warning.order}: ${warning.count === 1 ? 'a stash' : `${warning.count} stashes`} made on ${warning.branch} ${warning.count === 1 ? 'is' : 'are'} in no commit of it: git stash list`;
    case 'inner-work':
      return `${warning.order}: ${warning.inner.map(innerText).join('; ')}: no commit of the order contains that`;
    case 'checkout-hook':
      return `${warning.order}: its worktree was made, but a hook of this repository failed: ${warning.said}`;
    case 'earlier-work':
      return `${warning.order} was completed before with other work, which is not merged; it is kept: git log ${warning.ref}`;
    case 'work-saved':
      return mendedText(warning.mended);
    case 'lost':
      return 'loss' in warning ? lossMessage(warning.loss, timeOf) : lostPathMessage(warning);
    case 'moved':
      return movedMessage(warning.move, timeOf);
    case 'returned':
      return `${warning.order} was claimed at a terminal that has closed (${closedTerminal(warning)}): it is this terminal's now`;
    case 'unheeded':
      return `${warning.variable} is set here, but no ${warning.agent} runs above this shell in its terminal: the variable is not heeded`;
    case 'legacy':
      return `${warning.order} is in progress by its file ${warning.file}, but nobody claimed it`;
    case 'collision':
      return findingMessage(warning.finding);
    case 'slow-tree':
      return `skipped ${warning.path}: git status took longer than ${warning.ms / 1000} s`;
    case 'unchecked':
      return `collision check skipped: ${troubleText(warning.failure)}`;
    case 'intent':
      return announcement(warning.session, warning.message, timeOf(warning.at));
    case 'remote-stale': {
      const age = warning.ageMs === null ? 'has never been read' : `was last read ${formatDuration(warning.ageMs)} ago`;
      return `${warning.remote} cannot be reached and ${age}: other clones may have claimed or released since (${warning.said ?? NO_ANSWER})`;
    }
    case 'pushed-unfenced': {
      const { order, remote, taker } = warning;
      return `${order} was lost${taker === null ? '' : ` to ${taker}`} while its branch was on its way, and ${remote} has it now: tell its holder`;
    }
    case 'clone-doubled':
      return `${warning.remote}: ${DOUBLED}; ${DOUBLED_REMEDY}`;
    case 'unconfirmed':
      return unconfirmedSentence(warning);
    case 'foreign-ref':
      return `${warning.ref} is ignored: not a valid claim name`;
    case 'remote-cut':
      return cutMessage(warning.cut);
    case 'unanswered':
      return `${warning.subject}: could not record that you are active: ${troubleText(warning.failure)}`;
    case 'not-ignored':
      return `${warning.order}: git add would stage its worktree ${warning.path}, and that it be ignored could not be written: ${troubleText(warning.failure)}`;
    case 'other-branch':
      return otherBranch(warning);
    case 'base-diverged': {
      const { local, remote, missing } = warning;
      return `${local} and ${remote} have diverged: ${missing} commit${missing === 1 ? '' : 's'} of ${remote} ${missing === 1 ? 'is' : 'are'} not in ${local}`;
    }
    case 'base-stale': {
      const { remote, named, newer } = warning;
      const why = newer === null ? 'which is gone' : `and ${newer} is newer`;
      return `${remote}/HEAD names ${named}, ${why}: git remote set-head ${remote} --auto corrects that`;
    }
    case 'setup-failed':
      return setupTrouble(warning.order, warning.why);
    case 'setup-untrusted':
      return `${warning.order}: claim.setup was not run: no person has agreed to its commands; git claim worktree trust, then git claim worktree setup ${warning.order}`;
    case 'given-back':
      return troubleText(warning.failure);
    case 'not-released': {
      const { order, failure } = warning;
      return `${order} was not given back: ${failure === null ? `you lost it; see git claim status ${order}` : troubleText(failure)}`;
    }
    case 'not-mirrored':
      return `${warning.order}: its ${warning.mirror} does not show the claim yet: ${troubleText(warning.failure)}`;
    case 'mirrored':
      return `${warning.news.file} shows the claim, and git does not see that: a filter is installed in this repository; git claim init --uninstall removes it`;
  }
}

function cutMessage({ what, max }: Cut): string {
  const limit = what === 'refs' ? `${max} refs` : what === 'bytes' ? `${max / 1024 / 1024} MB` : formatDuration(max);
  return `not everything was read: the limit is ${limit}, so an order that is missing here may be claimed`;
}

function closedTerminal({ from, person }: Extract<Warning, { code: 'returned' }>): string {
  return person === null || person.terminal === '-' ? from : `${from}, ${person.terminal}`;
}

function lossMessage({ order, taker, at, reason }: Loss, timeOf: (instant: string) => string): string {
  return `you lost ${order} to ${taker} at ${timeOf(at)}${because(reason)}; your work stays where it is, and git claim rescue ${order} keeps it under a ref`;
}

function lostPathMessage({ path, taker, reason }: Extract<Warning, { code: 'lost'; path: unknown }>): string {
  return `you lost ${path}${taker === null ? '' : ` to ${taker}`}${because(reason)}; git claim paths shows who holds what`;
}

function because(reason: string | null): string {
  return reason === null ? '' : `: ${reason}`;
}

function hooksMended({ off, at }: Extract<Warning, { code: 'hooks-mended' }>, timeOf: (instant: string) => string): string {
  const back = at === null ? 'they are back' : `they were put back at ${timeOf(at)}`;
  if (off !== null)
    return `core.hooksPath is ${off}, which switched git-claim's hooks off: ${back}; git claim init --uninstall removes them`;
  return `git-claim's hooks were removed or displaced, perhaps by a tool that installs its own: ${back}, and run after its hooks`;
}

function gateLowered({ key, from, to }: Lowered): string {
  return `${key} was lowered from ${from} to ${to} by something other than git claim init: git config ${key} ${from} restores it, and a person who means it runs git claim init`;
}

function otherBranch({ order, branch, actual, role }: Extract<Warning, { code: 'other-branch' }>): string {
  const here = `on ${actual ?? 'no branch'}, not on ${branch}`;
  if (role === 'counts') return `${order}: its worktree is ${here}: what was committed there counts as its work`;
  return `${order}: its worktree is ${role === 'adopted' ? 'adopted as it is, ' : ''}${here}`;
}

/** Files that a message names. */
const FILES_MAX = 5;
