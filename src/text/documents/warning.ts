import type { Warning } from '../../usecases/warning.ts';
import { warningMessage } from '../warnings.ts';

/** A warning in a document. */
export type WordedWarning = { readonly code: Warning['code']; readonly message: string };

/** Returns the warnings of a document, with instants as records have them. */
export function wordedWarnings(warnings: readonly Warning[]): WordedWarning[] {
  return warnings.map((warning) => ({ code: warning.code, message: warningMessage(warning, (instant) => instant) }));
}
