import type { Refusal } from '../core/refusal.ts';
import type { Page } from '../text/page.ts';
import type { Warning } from '../usecases/warning.ts';

/** What a command answers. The text for people and the document for programs come from the same value. */
export type Answer =
  | {
      readonly kind: 'answer';
      /** The members of the JSON document besides `schema`, `ok` and `warnings`. */
      readonly json: Readonly<Record<string, unknown>>;
      /** Nothing is printed if it is empty. */
      readonly text: (page: Page) => string;
      readonly warnings: readonly Warning[];
      /** The text is for a program, such as a shell: not a line of it is wrapped. */
      readonly isVerbatim?: true;
      /** The text may be long: in a terminal that it does not fit, the pager of git shows it. */
      readonly isPaged?: true;
      /** The answer is about one claim. If that claim is lost, each such answer says so, not only the first. */
      readonly isOfOne?: boolean;
      /** 0 by default; the exit code of the command that was run, or 5 if something is wrong. */
      readonly exit?: number;
    }
  /** A git hook's answer: a text for people on standard error, an exit code and a line for the calling script. */
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
