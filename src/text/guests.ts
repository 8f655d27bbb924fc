import type { Command } from '../core/claim/transitions.ts';
import type { ClaimView } from '../core/claim/view.ts';
import { nameOf } from './names.ts';
import { detail, type Page, shown, since } from './page.ts';

/** Asks a guest in a worktree whether to do this to the claim of the session that works there. */
export function guestQuestion(page: Page, command: Command, claim: ClaimView): string {
  const order = shown(claim.order);
  return [
    `${order} is not yours: ${nameOf(claim)} holds it since ${since(page, claim.claimedAt)}, and works in this worktree`,
    detail(page, claim.liveness ?? 'unknown', shown(claim.evidence ?? '')),
    `${ASKED[command] ?? command} ${order} all the same?`,
  ].join('\n');
}

const ASKED: Readonly<Partial<Record<Command, string>>> = {
  release: 'Release',
  complete: 'Complete',
  abandon: 'Abandon',
  block: 'Block',
  unblock: 'Unblock',
  hand: 'Hand over',
};
