/** One thing that is not as it should be, or worth knowing. */
export type Symptom = {
  readonly kind: SymptomKind;
  /** `info`: good to know; `warn`: something does not work as promised. */
  readonly severity: 'info' | 'warn';
  /** Absolute path of a file or folder, or the name of a ref. */
  readonly place: string | null;
  readonly order: string | null;
  /** One clause for people. */
  readonly message: string;
  /** What to do about it; null where there is nothing to do. */
  readonly remedy: string | null;
  /** Whether `doctor --fix` may see to it: nothing can be lost by it. */
  readonly isFixable: boolean;
};

export type SymptomKind =
  | 'not-set-up'
  | 'hooks'
  | 'other-hooks'
  | 'lock'
  | 'foreign-ref'
  | 'cache'
  | 'missing-worktree'
  | 'unclaimed-worktree'
  | 'other-clone'
  | 'clock'
  | 'file-system'
  | 'version'
  | 'mode';

/** Returns a finding with what most have: a warning without an order that a person has to see to. */
export function symptom(kind: SymptomKind, message: string, more: Partial<Symptom> = {}): Symptom {
  return { kind, severity: 'warn', place: null, order: null, message, remedy: null, isFixable: false, ...more };
}

export type Found = Symptom & { readonly isFixed: boolean };
