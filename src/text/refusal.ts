import type { Refusal } from '../core/claim/refusal.ts';
import type { ClaimView } from '../core/claim/view.ts';
import { placeLines } from './claims.ts';
import { detail, type Page, shown, since } from './page.ts';

/** One sentence: what happened, whose it is, since when. */
export function refusalMessage(page: Page, { code, order, claim, command }: Refusal): string {
  const who = shown(claim?.session ?? 'another session');
  switch (code) {
    case 'held':
      return `${shown(order)} is held by ${who} since ${since(page, claim?.claimedAt ?? null)}, ${shown(claim?.evidence ?? 'nothing else is known')}`;
    case 'completed':
      return `${shown(order)} was completed by ${who}, claimed ${since(page, claim?.claimedAt ?? null)}`;
    case 'conflict':
      return `${shown(order)} is held under your session's name, ${who}, by another running process (${claim?.pid ?? 'unknown'})`;
    case 'not-holder':
      return claim === null
        ? `you do not hold ${shown(order)}: nobody does`
        : `you do not hold ${shown(order)}: ${holderClause(page, claim)}`;
    case 'lost':
      return `you lost ${shown(order)}: ${claim === null ? 'nobody holds it now' : holderClause(page, claim)}`;
    case 'illegal':
      return `${shown(order)} is ${claim?.state ?? 'not claimed'}: it cannot be ${PARTICIPLE[command] ?? command}`;
    case 'collision':
      return `${shown(order)} collides with other work`;
    case 'foreign':
      return `${shown(order)}'s ref is not a claim of git-claim's: ${shown(claim?.evidence ?? 'it is not understood')}; it is left alone and never taken for free`;
    case 'unknown':
      return `whether ${shown(order)} is free cannot be told: ${shown(claim?.evidence ?? 'its ref cannot be read')}`;
  }
}

/** What to do instead; every command named exists. */
export function refusalHint({ code, order, command, claim }: Refusal): string {
  switch (code) {
    case 'held':
      return 'take another order; git claim list shows who works on what';
    case 'completed':
      return `if its work must go on: git claim --reopen ${order}, by its last holder or a person; git claim status ${order} says whether it is merged`;
    case 'conflict':
      return 'two sessions run under one id: give this one a name of its own, git claim --session <name> ...';
    case 'not-holder':
      return claim?.state === 'released' || claim?.state === 'abandoned' || claim === null
        ? `git claim ${order} claims it`
        : `git claim status ${order} tells more`;
    case 'lost':
      return 'your work stays where it is; commit it on a branch of your own, and git claim log shows what happened';
    case 'illegal':
      return command === 'release' ? `git claim status ${order} tells more` : `claim it first: git claim ${order}`;
    case 'collision':
      return `git claim status ${order} tells more`;
    case 'foreign':
      return 'another tool wrote it; ask its owner, or move git-claim with git config claim.refPrefix refs/git-claim/';
    case 'unknown':
      return `git for-each-ref and git fsck say what is wrong with refs/claims/${order}`;
  }
}

/** What stands below a refusal in a terminal. */
export function refusalDetails(page: Page, refusal: Refusal): string[] {
  const place = refusal.claim === null ? [] : placeLines(page, refusal.claim);
  return [...place, detail(page, 'instead', refusalHint(refusal))];
}

function holderClause(page: Page, claim: ClaimView): string {
  const who = shown(claim.session ?? 'another session');
  if (claim.state === 'active' || claim.state === 'blocked') return `${who} does, since ${since(page, claim.claimedAt)}`;
  return `${who} ${claim.state} it`;
}

const PARTICIPLE: Readonly<Record<string, string>> = {
  renew: 'renewed',
  release: 'released',
  complete: 'completed',
  abandon: 'abandoned',
  block: 'blocked',
  unblock: 'unblocked',
  hand: 'handed over',
};
