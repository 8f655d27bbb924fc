/** Something the person should know that did not stop the command. */
export type Warning = {
  readonly code:
    | 'no-order-file'
    | 'no-orders'
    | 'broken-order'
    | 'unnamed-order'
    | 'duplicate-order'
    | 'uncommitted'
    | 'no-commits'
    | 'checkout-hook'
    | 'work-saved'
    | 'binding'
    | 'no-helper'
    | 'lost'
    | 'legacy'
    | 'collision'
    | 'slow-tree'
    | 'unchecked'
    | 'intent'
    | 'foreign-ref'
    | 'unanswered'
    | 'other-branch'
    | 'setup-failed'
    | 'setup-untrusted'
    | 'given-back'
    | 'not-released'
    | 'not-mirrored'
    | 'hooks-mended'
    | 'hooks-astray';
  readonly message: string;
};

export const NO_HELPER: Warning = {
  code: 'no-helper',
  message: 'the heartbeat helper gave no sign of life: only your own commands, such as git claim status, keep your claims alive',
};

/** Tells of a ref among the claims whose name is none of theirs. */
export function strangerWarning(ref: string): Warning {
  return { code: 'foreign-ref', message: `${ref} is not git-claim's (its name is that of no claim); it is left alone` };
}
