import { ClaimError } from '../../core/errors.ts';
import type { IdPattern } from '../../core/ids.ts';
import { boundedMatcher, isSlow } from './bounded-pattern.ts';

/** Returns a configured pattern whose matching stops after a bounded time. */
export function configuredIdPattern(source: string): Omit<IdPattern, 'issues'> {
  let match: ((text: string) => boolean) | null = null;
  return {
    source,
    matches: (text) => {
      try {
        match ??= boundedMatcher(`^(?:${source})$`);
        return match(text);
      } catch (cause) {
        throw new ClaimError({ code: 'usage', kind: 'id-pattern', isSlow: isSlow(cause) }, { cause });
      }
    },
  };
}
