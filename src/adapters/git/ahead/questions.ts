import { COMMITS_BEFORE_CLAIM } from '../../../core/check/facts.ts';
import { claimRef, DEFAULT_REF_PREFIX } from '../../../core/claim/refs.ts';
import type { OrderId } from '../../../core/ids.ts';
import { CONFIG_CALL } from '../config.ts';
import { recentCall } from '../history/commits.ts';
import { inputOf, READ_CALL } from '../read-objects.ts';
import { NAMES_CALL, SURVEY_CALL } from '../refs/early-survey.ts';

/**
 * The questions that bin/git-claim asks git while Node starts, by name, each as the arguments of a git call. A call is built
 * when it is compared, so that a command loads only the adapters whose questions it asks. `names` is the
 * survey of a board whose records are known. `order` reads {@link inputFor} it.
 */
export const QUESTIONS = {
  config: (): readonly string[] => CONFIG_CALL,
  survey: (): readonly string[] => SURVEY_CALL,
  names: (): readonly string[] => NAMES_CALL,
  log: () => recentCall(DEFAULT_REF_PREFIX, COMMITS_BEFORE_CLAIM),
  order: (): readonly string[] => READ_CALL,
};

/** What the shell says in place of a listing if a board was kept. No line of a listing is like it. */
export const NOT_LISTED = 'kept';

/** Returns the input of the question `order`. */
export function inputFor(order: OrderId): string {
  return inputOf([claimRef(DEFAULT_REF_PREFIX, order)]);
}
