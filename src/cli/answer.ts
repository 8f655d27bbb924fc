import type { Refusal } from '../core/refusal.ts';
import type { Page } from '../text/page.ts';
import type { Warning } from '../usecases/warning.ts';

/** What a command has to say, once, for people and for programs: both come from the same value. */
export type Answer =
  | {
      readonly kind: 'answer';
      /** The members of the JSON document besides `schema`, `ok` and `warnings`. */
      readonly json: Readonly<Record<string, unknown>>;
      /** Nothing is said where it is empty. */
      readonly text: (page: Page) => string;
      readonly warnings: readonly Warning[];
      /** It is about one claim: that this was lost is said each time, and not once. */
      readonly isOfOne?: boolean;
      /** 0 where none is given; that of a command which was run, or 5 where something was found that should not be. */
      readonly exit?: number;
    }
  /** The word of a git hook: to people on standard error; to the script that asked, the exit code and a line. */
  | {
      readonly kind: 'verdict';
      readonly isRefused: boolean;
      readonly line: string;
      readonly text: (page: Page) => string;
    }
  | Refusal;

export function answer(
  json: Readonly<Record<string, unknown>>,
  text: (page: Page) => string,
  warnings: readonly Warning[] = [],
): Extract<Answer, { kind: 'answer' }> {
  return { kind: 'answer', json, text, warnings };
}
