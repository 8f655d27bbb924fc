import type { Refusal } from '../core/refusal.ts';
import { doneText } from '../text/claims.ts';
import type { Done } from '../usecases/own-claims.ts';
import { type Answer, answer } from './answer.ts';

/** Returns the answer of a holder's command. */
export function doneAnswer(outcome: Done | Refusal): Answer {
  if (outcome.kind === 'refused') return outcome;
  return answer({ claims: outcome.claims.map(({ view }) => view) }, (page) => doneText(page, outcome), outcome.warnings);
}
