import { createContext, Script } from 'node:vm';
import { ClaimError } from '../../core/errors.ts';
import type { IdPattern } from '../../core/ids.ts';

/** An id has 64 characters at most: a sound pattern answers in microseconds, a catastrophic one not before the sun is cold. */
const MATCH_MS_MAX = 250;

/** Returns a configured pattern whose matching is ended after a bounded time: a regular expression has no limit of its own. */
export function configuredIdPattern(source: string): IdPattern {
  let match: ((text: string) => boolean) | null = null;
  return {
    source,
    matches: (text) => {
      try {
        match ??= matcher(source);
        return match(text);
      } catch (cause) {
        throw complaint(cause);
      }
    },
  };
}

/** A context takes a millisecond to make, and a folder of orders has many names to match. */
function matcher(source: string): (text: string) => boolean {
  const context = createContext({ pattern: null, text: '' });
  new Script(`pattern = new RegExp(${JSON.stringify(`^(?:${source})$`)})`).runInContext(context, { timeout: MATCH_MS_MAX });
  const test = new Script('pattern.test(text)');
  return (text) => {
    context['text'] = text;
    return test.runInContext(context, { timeout: MATCH_MS_MAX }) === true;
  };
}

function complaint(cause: unknown): ClaimError {
  // An error of the other context is no instance of this one's Error.
  const isSlow = (cause as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
  return new ClaimError({ code: 'usage', kind: 'id-pattern', isSlow }, { cause });
}
