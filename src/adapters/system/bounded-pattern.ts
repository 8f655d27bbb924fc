import { createContext, Script } from 'node:vm';

/** A sound pattern answers in microseconds, a catastrophic one never. */
const MATCH_MS_MAX = 250;

/**
 * Returns a matcher that stops after a bounded time: a regular expression has no limit of its own. Each match costs a tenth of
 * a millisecond.
 *
 * @throws SyntaxError of another context if the source is not a regular expression. The matcher throws if it takes too long.
 */
export function boundedMatcher(source: string): (text: string) => boolean {
  // One context for all texts: creating it takes a millisecond.
  const context = createContext({ pattern: null, text: '' });
  new Script(`pattern = new RegExp(${JSON.stringify(source)})`).runInContext(context, { timeout: MATCH_MS_MAX });
  const test = new Script('pattern.test(text)');
  return (text) => {
    context['text'] = text;
    return test.runInContext(context, { timeout: MATCH_MS_MAX }) === true;
  };
}

/** Returns whether a match was stopped because it took too long. An error of the other context is no instance of this Error. */
export function isSlow(cause: unknown): boolean {
  return (cause as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
