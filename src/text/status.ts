import type { ClaimView } from '../core/claim/view.ts';
import type { PathView } from '../core/paths/view.ts';
import type { Identity } from '../core/session/identity.ts';
import { sessionIdOf } from '../core/session/key.ts';
import type { OrderStatus, Overview } from '../usecases/status.ts';
import { claimLines } from './board.ts';
import { blockLines, placeLines } from './claims.ts';
import { findingMessage } from './finding.ts';
import { nameOf } from './names.ts';
import { NAME_YOURS, nobodyText } from './nobody.ts';
import { detail, type Page, paint, place, shown, since } from './page.ts';
import { shellWord } from './shell-word.ts';

/** Claims of others that are shown: as many as one looks through. */
export const OTHERS_MAX = 20;

/** Says who the caller is, what it holds, and who else is here. */
export function overviewText(page: Page, { who, claims, more, treeless, paths, cacheTrouble }: Overview): string {
  const mine = claims.filter((claim) => claim.mine);
  const others = claims.filter((claim) => !claim.mine);
  const you = who.kind === 'session' ? youText(who.identity) : shown(nobodyText(who));
  return [
    `${paint(page, 'bold', 'you')}      ${you}`,
    ...(who.kind === 'session' ? [] : [`         ${NAME_YOURS}`]),
    ...section(page, 'holding', mine, 'nothing', treeless),
    ...ownPaths(page, paths),
    ...section(page, 'others', others, 'nobody else holds anything'),
    ...(more > 0 ? [`         and ${more} more: git claim list`] : []),
    ...(cacheTrouble === null ? [] : [`${paint(page, 'bold', 'cache')}    off: ${shown(cacheTrouble.said)}`]),
  ].join('\n');
}

const SOURCE = {
  named: 'named by --session or GIT_CLAIM_SESSION',
  agent: "the agent's own session id",
  binding: "this worktree's session; you are its guest",
  anchor: 'known by its process',
} as const;

function youText({ id, source, guestOf }: Identity): string {
  const guest = source === 'binding' || guestOf === null ? '' : `; a guest in the worktree of ${shown(sessionIdOf(guestOf))}`;
  return `${shown(id)} (${SOURCE[source]}${guest})`;
}

/** Returns the files and folders that the session claimed; no line if there are none. */
function ownPaths(page: Page, paths: readonly PathView[]): string[] {
  const names = paths.map(({ path, order }) => `${shown(path)}${order === null ? '' : ` (${shown(order)})`}`);
  return names.map((name, at) => `${at === 0 ? `${paint(page, 'bold', 'paths')}    ` : ' '.repeat(9)}${name}`);
}

function section(
  page: Page,
  name: string,
  claims: readonly ClaimView[],
  none: string,
  treeless?: Overview['treeless'],
): string[] {
  const label = paint(page, 'bold', name);
  const gap = ' '.repeat(9 - name.length);
  if (claims.length === 0) return [`${label}${gap}${none}`];
  return claimLines({ ...page, width: page.width === null ? null : page.width - 9 }, claims, treeless).map(
    (line, at) => `${at === 0 ? label + gap : ' '.repeat(9)}${line}`,
  );
}

/** Says everything about one order. */
export function orderText(page: Page, status: OrderStatus): string {
  const { claim, done } = status;
  const order = shown(status.order);
  if (claim === null && done !== null)
    return `${shown(findingMessage(done))}\n${detail(page, 'next', `git claim --reopen ${order}, if its work must continue`)}`;
  if (claim === null) return `${order} is free: nobody ever claimed it\n${detail(page, 'next', `git claim ${order}`)}`;
  if (claim.state === null) {
    const next = detail(
      page,
      'next',
      'pick another one: git claim next; git claim never changes this ref, and it counts as taken',
    );
    return `${order} is foreign or cannot be read: ${shown(claim.evidence ?? '')}\n${next}`;
  }
  const title = claim.title === null ? [] : [detail(page, 'title', shown(claim.title))];
  return [
    headline(page, claim),
    ...title,
    ...noteLines(page, status),
    ...blockLines(page, claim),
    ...status.waitsFor.map((one) => detail(page, 'waits', waitedFor(page, one))),
    ...(done === null ? [] : [detail(page, 'done', shown(findingMessage(done)))]),
    ...evidence(page, status),
    ...(status.isTreeless ? goneLines(page, claim) : placeLines(page, claim)),
    detail(page, 'next', nextStep(status, claim)),
  ].join('\n');
}

/** Says why the order was taken, if it was. The reason of a block has its own line. */
function noteLines(page: Page, { claim, takenFrom }: OrderStatus): string[] {
  if (claim === null || claim.note === null || claim.state === 'blocked') return [];
  return [
    takenFrom === null
      ? detail(page, 'note', shown(claim.note))
      : detail(page, 'taken', `from ${shown(takenFrom)}: ${shown(claim.note)}`),
  ];
}

/** Says where the worktree was; the branch still exists. */
function goneLines(page: Page, claim: ClaimView): string[] {
  const isHeld = claim.state === 'active' || claim.state === 'blocked';
  const remedy = isHeld ? `: git claim worktree add ${shown(claim.order)} makes it again` : '';
  return [
    detail(page, 'worktree', `${place(page, claim.worktree as string)} is gone${remedy}`),
    ...placeLines(page, { ...claim, worktree: null }),
  ];
}

/** Says what holds an order that this one waits for. */
function waitedFor(page: Page, claim: ClaimView): string {
  if (claim.state === null) return `for ${shown(claim.order)}, whose ref is not understood`;
  return `for ${headline(page, claim).replace(/ (?:is|was) /, ', ')}`;
}

export function headline(page: Page, claim: ClaimView): string {
  const who = claim.mine ? 'you' : nameOf(claim);
  const generation = `generation ${claim.generation}`;
  const order = shown(claim.order);
  switch (claim.state) {
    case 'active':
      return `${order} is held by ${who} since ${since(page, claim.claimedAt)}, ${generation}`;
    case 'blocked':
      return `${order} is blocked, held by ${who} since ${since(page, claim.claimedAt)}, ${generation}`;
    default:
      return `${order} was ${claim.state} by ${who}, ${generation}`;
  }
}

const FATE = {
  merged: 'yes: the default branch has its commits, or the same changes',
  unmerged: 'not yet: the default branch has neither its commits nor the same changes',
  empty: 'nothing to merge: its branch has no commits of its own',
} as const;

function evidence(page: Page, { claim, fate, keptAs }: OrderStatus): string[] {
  const liveness =
    claim?.liveness === null || claim === null ? [] : [detail(page, claim.liveness ?? '', shown(claim.evidence ?? ''))];
  const merged = fate === null ? [] : [detail(page, 'merged', FATE[fate])];
  const kept = keptAs === null ? [] : [detail(page, 'work', `not on its branch: git merge ${shellWord(keptAs)} takes it in`)];
  return [...liveness, ...merged, ...kept];
}

function nextStep({ isRemovable, mayReopen, done, order }: OrderStatus, claim: ClaimView): string {
  const isOver = claim.state === 'completed' || done !== null;
  if (isOver && !mayReopen) return isRemovable ? `git claim worktree remove ${shown(order)}` : OTHERS;
  if (isRemovable) return removal(claim);
  return done === null ? next(claim) : `git claim --reopen ${shown(order)}, if its work must continue`;
}

const OTHERS = 'git claim next finds another order; only its last holder or a person reopens this one';

function removal({ order }: ClaimView): string {
  return `git claim worktree remove ${shown(order)}, or git claim --reopen ${shown(order)}, if its work must continue`;
}

/** Says what the reader may do now. */
function next(claim: ClaimView): string {
  const order = shown(claim.order);
  if (claim.state === 'completed') return `git claim --reopen ${order}, if its work must continue`;
  if (claim.state === 'released' || claim.state === 'abandoned') return `git claim ${order}`;
  if (!claim.mine) return othersNext(claim, order);
  return claim.state === 'blocked'
    ? `git claim unblock ${order} | release | abandon`
    : `git claim complete ${order} | release | block --reason <why> | hand --to <session>`;
}

/** A live holder keeps the order; a silent or dead one can be replaced with `git claim --wait`. */
function othersNext({ liveness }: ClaimView, order: string): string {
  switch (liveness) {
    case 'dead':
      return `git claim --wait ${order} takes it over`;
    case 'stale':
    case 'challenged':
    case 'expired':
      return `git claim --wait ${order} takes it over, unless its holder answers`;
    default:
      return `git claim --wait ${order} waits for it`;
  }
}
