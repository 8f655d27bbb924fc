import type { Mismatch } from '../../core/verify/verify.ts';
import { mismatchMessage } from '../verify.ts';

/** A finding of verify in a document. */
export type WordedMismatch = Omit<Mismatch, 'why'> & { readonly message: string };

export function mismatchRows(found: readonly Mismatch[]): WordedMismatch[] {
  return found.map((one) => {
    const { why: _, ...row } = one;
    return { ...row, message: mismatchMessage(one) };
  });
}
