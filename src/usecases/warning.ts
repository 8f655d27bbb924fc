/** Something the person should know that did not stop the command. */
export type Warning = {
  readonly code: 'no-order-file' | 'checkout-hook' | 'work-saved' | 'binding' | 'lost' | 'foreign-ref' | 'cache';
  readonly message: string;
};
