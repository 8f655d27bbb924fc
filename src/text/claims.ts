import { doneRef } from '../core/claim/refs.ts';
import type { ClaimView } from '../core/claim/view.ts';
import { formatDuration } from '../core/time.ts';
import type { UnsavedWork } from '../ports/worktrees.ts';
import type { Claimed, Takeover } from '../usecases/claimed.ts';
import type { Handed } from '../usecases/hand.ts';
import type { Done, DoneClaim } from '../usecases/own-claims.ts';
import { nameOf } from './names.ts';
import { detail, type Page, paint, place, shown } from './page.ts';
import { shellWord } from './shell-word.ts';

/** Changed files that a text names: enough to recognise somebody's work. */
const FILES_MAX = 5;

/** Returns what a session reads about the claims it asked for, and how the work goes on. */
export function claimedText(page: Page, claimed: Claimed): string {
  return claimed.claims.map((one) => `${claimText(page, one, claimed.isHelped)}\n${goingOn(page, one.view)}`).join('\n');
}

/** Returns the same for a claim that ends by itself, with a command. */
export function passingClaimText(page: Page, { claims, isHelped }: Claimed): string {
  return claims.map((one) => claimText(page, one, isHelped)).join('\n');
}

function claimText(
  page: Page,
  { view, isAlready, isHere, takeover, lease, beginning }: Claimed['claims'][number],
  isHelped: boolean,
): string {
  const renewed = isHelped ? `every ${formatDuration(lease.beatMs)}` : 'by each of your commands';
  const headline = isAlready
    ? `${shown(view.order)} is yours already (generation ${view.generation})${isHere ? ', in this worktree' : ''}`
    : `${shown(view.order)} is yours (generation ${view.generation}, lease ${formatDuration(lease.expireMs)}, renewed ${renewed})`;
  return [
    paint(page, 'green', headline),
    ...takeoverLines(page, takeover),
    ...blockLines(page, view),
    ...placeLines(page, view),
    ...beginningLines(page, isAlready ? null : beginning),
    ...(view.paths.length === 0 ? [] : [detail(page, 'paths', view.paths.map(shown).join(', '))]),
  ].join('\n');
}

/** Says how the work on a live claim goes on. */
function goingOn(page: Page, { order, state }: ClaimView): string {
  const step =
    state === 'blocked' ? `unblock ${shown(order)}, when it can continue` : `complete ${shown(order)}, when its work is done`;
  return detail(page, 'next', `git claim ${step}`);
}

/** Says where the branch begins. */
function beginningLines(page: Page, beginning: Claimed['claims'][number]['beginning']): string[] {
  if (beginning === null) return [];
  const { name, commit, isContinued } = beginning;
  const why = isContinued ? ', whose unmerged work it continues' : '';
  return [detail(page, 'from', `${shown(name)}, ${commit.slice(0, 7)}${why}`)];
}

/** Says whose work it was, why it could be taken, and what of it is unsaved. */
function takeoverLines(page: Page, takeover: Takeover | null): string[] {
  if (takeover === null) return [];
  const { from, because, grounds, work } = takeover;
  // If the work is listed below, its amount need not be said as well.
  return [detail(page, 'taken', `from ${shown(from)}: ${shown(work === null ? because : grounds)}`), ...workLines(page, work)];
}

/** Says what work exists in a worktree only. */
export function workLines(page: Page, work: UnsavedWork | null): string[] {
  const { dirtyFiles = [], unpushedCommits = 0 } = work ?? {};
  const more = dirtyFiles.length > FILES_MAX ? ', ...' : '';
  const files = `${count(dirtyFiles.length, 'file')}: ${dirtyFiles.slice(0, FILES_MAX).map(shown).join(', ')}${more}`;
  return [
    ...(dirtyFiles.length === 0 ? [] : [detail(page, 'uncommitted', files)]),
    ...(unpushedCommits === 0 ? [] : [detail(page, 'unpushed', count(unpushedCommits, 'commit'))]),
  ];
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`;
}

/** Says what a holder's command did. */
export function doneText(page: Page, { command, claims, hasOrderFiles }: Done): string {
  return claims.flatMap((one) => [doneLine(page, command, one), nextLine(page, command, one, hasOrderFiles)]).join('\n');
}

function doneLine(page: Page, command: Done['command'], one: DoneClaim): string {
  const { view, isAlready, remainder, pushed } = one;
  const order = shown(view.order);
  const there = pushed === undefined ? '' : `, and on ${shown(pushed.remote)}`;
  if (isAlready) return `${order} is ${command === 'unblock' ? 'not blocked' : `${view.state} already${there}`}`;
  switch (command) {
    case 'renew':
      return `${order} is renewed (generation ${view.generation})`;
    case 'release':
      return `${order} is released: anybody may claim it${remainder === null ? kept(page, view) : ''}`;
    case 'abandon':
      return `${order} is abandoned: anybody may claim it${remainder === null ? kept(page, view) : ''}`;
    case 'complete':
      return `${order} is completed${workClause(one, there)}`;
    case 'block':
      return `${order} is blocked and stays yours: ${shown(view.note ?? 'no reason given')}`;
    case 'unblock':
      return `${order} is active again`;
  }
}

/** @param there where else the order is completed */
function workClause({ view, remainder, isOffBranch = false, pushed }: DoneClaim, there: string): string {
  if (view.branch === null) return there;
  const branch = `branch ${shown(view.branch)}`;
  if (!isOffBranch) return `; its work is on ${branch}${there}`;
  if (remainder !== 'unmerged' && remainder !== 'unmerged-branch') return there;
  const keeper = `${shown(doneRef(view.order))} keeps it`;
  if (pushed === undefined) return `; its work is not on ${branch}: ${keeper}`;
  return `; its work is on branch ${shown(pushed.branch)} at ${shown(pushed.remote)}, and not on ${branch} here: ${keeper}`;
}

/** Says how the work goes on, or what is left to do with the branch and the worktree of a claim that ended. */
function nextLine(page: Page, command: Done['command'], one: DoneClaim, hasOrderFiles: boolean): string {
  const { view, remainder, isOffBranch = false, pushed } = one;
  if (command === 'renew' || command === 'block' || command === 'unblock') return goingOn(page, view);
  if (remainder === null) return detail(page, 'next', otherWork(hasOrderFiles));
  const remove = `git claim worktree remove ${shown(view.order)}`;
  if (remainder === 'removable')
    return detail(page, 'next', command === 'complete' ? remove : `${remove} removes its worktree, in which nothing was done`);
  const here = `git merge ${shellWord(view.branch === null || isOffBranch ? doneRef(view.order) : view.branch)}`;
  const back = `git branch -f ${shellWord(view.branch ?? '')} ${shellWord(doneRef(view.order))}`;
  const merge =
    pushed === undefined
      ? isOffBranch
        ? `merge it (${here}), or put it on its branch (${back})`
        : `merge it (${here}, or push it and open a pull request)`
      : `open a pull request for ${shown(pushed.branch)}, or merge it (${here})`;
  return detail(page, 'next', remainder === 'unmerged' ? `${merge}, then ${remove}` : merge);
}

function otherWork(hasOrderFiles: boolean): string {
  return hasOrderFiles ? 'git claim next finds other work' : 'git claim <order> claims other work';
}

function kept(page: Page, view: ClaimView): string {
  return view.worktree === null || view.branch === null ? '' : `; its work stays ${where(page, view.worktree)}`;
}

function where(page: Page, worktree: string): string {
  const path = place(page, worktree);
  return path === 'here' ? path : `in ${path}`;
}

export function handedText(page: Page, { view, hasOrderFiles }: Handed): string {
  const headline = `${shown(view.order)} is now held by ${nameOf(view)} (generation ${view.generation})`;
  const next = detail(page, 'next', `${nameOf(view)} goes on with git claim ${shown(view.order)}; ${otherWork(hasOrderFiles)}`);
  return [headline, ...placeLines(page, view), next].join('\n');
}

/** Says why a claim is blocked. */
export function blockLines(page: Page, { state, note }: ClaimView): string[] {
  return state === 'blocked' && note !== null ? [detail(page, 'blocked', shown(note))] : [];
}

/** Says where the work of a claim is. */
export function placeLines(page: Page, view: ClaimView): string[] {
  const branch = view.branch === null ? '' : `   branch ${shown(view.branch)}`;
  if (view.worktree !== null) return [detail(page, 'worktree', `${place(page, view.worktree)}${branch}`)];
  return view.branch === null ? [] : [detail(page, 'branch', shown(view.branch))];
}
