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
    | 'intent'
    | 'foreign-ref'
    | 'unanswered'
    | 'other-branch'
    | 'setup-failed'
    | 'setup-untrusted'
    | 'not-released'
    | 'hooks-mended'
    | 'hooks-astray';
  readonly message: string;
};

/** Tells of a ref under the prefix whose name is no order's. */
export function strangerWarning(ref: string): Warning {
  return { code: 'foreign-ref', message: `${ref} is not git-claim's (its name is no order id); it is left alone` };
}
