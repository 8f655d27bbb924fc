import { createContext, Script } from 'node:vm';
import { ClaimError } from '../../core/errors.ts';
import type { IdPattern } from '../../core/ids.ts';

/** An id has at most 64 characters. A sound pattern answers in microseconds, a catastrophic one never. */
const MATCH_MS_MAX = 250;

/** Returns a configured pattern whose matching stops after a bounded time: a regular expression has no limit of its own. */
export function configuredIdPattern(source: string): Omit<IdPattern, 'issues'> {
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

/** Creates one context for all texts: creating it takes a millisecond, and a folder of orders has many names to match. */
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
  // An error of the other context is not an instance of this context's Error.
  const isSlow = (cause as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
  return new ClaimError({ code: 'usage', kind: 'id-pattern', isSlow }, { cause });
}
