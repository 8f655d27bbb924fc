import type { OrderRefusal } from '../core/claim/refusal.ts';
import type { ClaimView } from '../core/claim/view.ts';
import type { OrderId } from '../core/ids.ts';
import type { Refusal } from '../core/refusal.ts';
import { formatDuration } from '../core/time.ts';
import { blockLines, placeLines } from './claims.ts';
import { findingMessage } from './finding.ts';
import { nameOf } from './names.ts';
import { NOTHING_KNOWN } from './nothing-known.ts';
import { detail, type Page, shown, since } from './page.ts';
import { pathEvidence, pathRefusalHint, pathRefusalMessage } from './path-refusal.ts';

/** Says in one sentence what happened, who holds it, and since when. */
export function refusalMessage(page: Page, refusal: Refusal): string {
  if ('wanted' in refusal) return pathRefusalMessage(page, refusal);
  const { code, order, claim, command, found, parted } = refusal;
  const who = claim === null ? 'another session' : nameOf(claim);
  switch (code) {
    case 'held':
      return `${shown(order)} is held by ${who} since ${since(page, claim?.claimedAt ?? null)}, ${shown(claim?.evidence ?? NOTHING_KNOWN)}`;
    case 'completed':
      return `${shown(order)} was completed by ${who}, who held it since ${since(page, claim?.claimedAt ?? null)}`;
    case 'conflict':
      return `${shown(order)} is held by another running process (${claim?.pid ?? 'unknown'}) with your session's name, ${who}`;
    case 'not-holder':
      return `you do not hold ${shown(order)}: ${holderClause(page, claim)}`;
    case 'lost':
      return `you ${partedClause(shown(order), parted)}: ${holderClause(page, claim)}`;
    case 'illegal':
      if (command === 'rescue') return `${shown(order)} was not taken from you: there is nothing to rescue`;
      if (command === 'take' && claim?.mine && !isOver(claim)) return `${shown(order)} is yours: there is nothing to take`;
      return `${shown(order)} is ${claim?.state ?? 'not claimed'}: it cannot be ${PARTICIPLE[command] ?? command}`;
    case 'collision':
      if (found?.kind === 'already-done') return shown(findingMessage(found));
      return `${shown(order)} collides with other work${found === undefined ? '' : `: ${shown(findingMessage(found))}`}`;
    case 'foreign':
      return `the ref of ${shown(order)} was not written by this git-claim: ${shown(claim?.evidence ?? 'it is not understood')}; it is left alone, and the order counts as taken`;
    case 'unknown':
      return `${shown(order)} cannot be read: ${shown(claim?.evidence ?? NOTHING_KNOWN)}; it counts as taken`;
  }
}

/** Says why the other orders of a command were refused, and that the command did nothing; empty if it named one order. */
export function otherRefusals(page: Page, refusal: Refusal): string[] {
  if ('wanted' in refusal || refusal.others === undefined) return [];
  return [
    ...refusal.others.map((other) => refusalMessage(page, other)),
    'nothing was changed: several orders change together or not at all',
  ];
}

/** Says whom a caller with `--wait` waits for. */
export function waitingText(page: Page, refusal: Refusal): string {
  if ('wanted' in refusal) return `waiting: ${pathRefusalMessage(page, refusal)}`;
  const { order, claim, retryAfterMs } = refusal;
  const liveness = claim?.liveness ?? 'live';
  const until =
    liveness === 'dead' && retryAfterMs !== null
      ? `, to be taken over in ${formatDuration(Math.ceil(retryAfterMs / 1000) * 1000)}`
      : '';
  return `waiting for ${shown(order)}: held by ${claim === null ? 'another session' : nameOf(claim)} since ${since(page, claim?.claimedAt ?? null)}, ${liveness}${until}`;
}

/** Says what to do instead. Every command it names exists. */
export function refusalHint(refusal: Refusal): string {
  if ('wanted' in refusal) return pathRefusalHint(refusal);
  const { code, order, command, claim, retryAfterMs, instead, found, parted } = refusal;
  switch (code) {
    case 'held':
      if (command === 'worktree') return `its holder works there; git claim status ${order} tells more`;
      if (command === 'take --force') return 'only a person may take the order of a live session; git claim next finds another';
      if (command === 'take here')
        return 'its holder is at work; to take it all the same, add --force, which asks you to confirm';
      if (retryAfterMs !== null && claim?.liveness !== 'live') {
        const when = formatDuration(Math.ceil(retryAfterMs / 1000) * 1000);
        const condition = claim?.liveness === 'dead' ? '' : ' unless its holder answers';
        const again = command === 'take' ? 'the same command' : `git claim ${order}`;
        return `it may be taken over in ${when}${condition}: run ${again} again then, or git claim --wait ${order} now`;
      }
      return instead === null ? 'pick another one: git claim next' : otherOrder(instead);
    case 'completed':
      return command === 'reopen'
        ? `only ${shown(claim?.session ?? 'its last holder')} or a person may reopen it; git claim list shows what else is taken`
        : `${instead === null ? 'pick another one: git claim next' : otherOrder(instead)}; if this work must continue, its last holder or a person runs git claim --reopen ${order}`;
    case 'conflict':
      return 'give this session a name of its own: git claim --session <name> ..., or export GIT_CLAIM_SESSION=<name>';
    case 'not-holder':
      if (isFree(claim)) return `git claim ${order} claims it`;
      return command === 'complete'
        ? `only its holder completes it; a person takes it over first: git claim take ${order} --reason <why>`
        : `git claim status ${order} tells more`;
    case 'lost':
      if (parted !== undefined)
        return isFree(claim) ? `git claim ${order} claims it again` : `git claim log ${order} shows what happened`;
      return `your work stays where it is: git claim rescue ${order} keeps it under a ref; git claim log ${order} shows what happened`;
    case 'illegal':
      if (command === 'rescue') return `git claim log ${order} shows what became of it`;
      if (command === 'take' && claim?.state !== 'completed')
        return isFree(claim) ? `git claim ${order} claims it` : `git claim status ${order} tells more`;
      return isFree(claim) ? `claim it first: git claim ${order}` : `git claim --reopen ${order}, if its work must continue`;
    case 'collision':
      if (found?.kind === 'already-done')
        return `pick another one: git claim next; if this work must continue, git claim --reopen ${order}`;
      return found?.kind === 'path-overlap'
        ? 'pick another one: git claim next; git claim paths shows who works where'
        : `git claim status ${order} tells more`;
    case 'foreign':
      return 'ask whoever wrote it; or keep claims elsewhere: git config claim.refPrefix refs/git-claim/';
    case 'unknown':
      return `git for-each-ref and git fsck say what is wrong with the ref of ${order}`;
  }
}

/** Returns the lines below a refusal in a terminal. */
export function refusalDetails(page: Page, refusal: Refusal): string[] {
  const { claim, code } = refusal;
  const known = claim === null ? [] : [...blockLines(page, claim), ...placeLines(page, claim)];
  const path = 'wanted' in refusal ? pathEvidence(page, refusal.path) : [];
  const isTaken = (code === 'held' && refusal.command !== 'worktree') || code === 'completed' || code === 'collision';
  return [...known, ...path, detail(page, isTaken ? 'instead' : 'next', refusalHint(refusal))];
}

function otherOrder(instead: OrderId): string {
  return `${instead} is free: git claim ${instead}`;
}

function partedClause(order: string, parted: OrderRefusal['parted']): string {
  if (parted === undefined) return `lost ${order}`;
  return parted === 'handed' ? `handed ${order} over` : `${parted} ${order}`;
}

function holderClause(page: Page, claim: ClaimView | null): string {
  if (claim === null) return 'nobody holds it';
  // Elsewhere, a session's name alone does not say where to look for it.
  const who = claim.sync === 'local' || claim.host === null ? nameOf(claim) : `${nameOf(claim)} on ${shown(claim.host)}`;
  if (claim.state === 'active' || claim.state === 'blocked') return `${who} holds it since ${since(page, claim.claimedAt)}`;
  return `${who} ${claim.state} it`;
}

function isOver({ state }: ClaimView): boolean {
  return state !== 'active' && state !== 'blocked';
}

function isFree(claim: ClaimView | null): boolean {
  return claim === null || claim.state === 'released' || claim.state === 'abandoned';
}

const PARTICIPLE: Readonly<Record<string, string>> = {
  renew: 'renewed',
  release: 'released',
  complete: 'completed',
  abandon: 'abandoned',
  block: 'blocked',
  unblock: 'unblocked',
  hand: 'handed over',
  push: 'pushed',
  take: 'taken',
  'worktree add': 'given a worktree',
};
