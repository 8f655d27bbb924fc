import { createContext, Script } from 'node:vm';
import { ClaimError } from '../../core/errors.ts';
import type { IdPattern } from '../../core/ids.ts';

/** An id has 64 characters at most: a sound pattern answers in microseconds, a catastrophic one not before the sun is cold. */
const MATCH_MS_MAX = 250;

/** Returns a configured pattern whose matching is ended after a bounded time: a regular expression has no limit of its own. */
export function configuredIdPattern(source: string): IdPattern {
  return { source, matches: (text) => matchWithin(source, text) };
}

function matchWithin(source: string, text: string): boolean {
  try {
    const context = createContext({ source: `^(?:${source})$`, text });
    return new Script('new RegExp(source).test(text)').runInContext(context, { timeout: MATCH_MS_MAX }) === true;
  } catch (cause) {
    // An error of the other context is no instance of this one's Error.
    const isSlow = (cause as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    throw new ClaimError('usage', `claim.idPattern ${isSlow ? 'takes for ever' : 'is not a regular expression'}`, {
      cause,
      hint: 'git config --unset claim.idPattern brings the default back',
    });
  }
}
