import type { Refusal } from '../core/refusal.ts';
import { doneText } from '../text/claims.ts';
import type { Done, DoneClaim } from '../usecases/own-claims.ts';
import { type Answer, answer } from './answer.ts';

/** Returns the answer of a holder's command. */
export function doneAnswer(outcome: Done | Refusal): Answer {
  if (outcome.kind === 'refused') return outcome;
  const pushed = pushedRows(outcome.claims);
  const json = { claims: outcome.claims.map(({ view }) => view), ...(pushed.length === 0 ? {} : { pushed }) };
  return answer(json, (page) => doneText(page, outcome), outcome.warnings);
}

/** Returns what was published, as documents have it. */
export function pushedRows(claims: readonly Pick<DoneClaim, 'view' | 'pushed'>[]) {
  return claims.flatMap(({ view, pushed }) => {
    if (pushed === undefined) return [];
    const { branch, remote, commit, isFenced } = pushed;
    return [{ order: view.order, branch, remote, commit, fenced: isFenced }];
  });
}
