/** What came of copying files into a new work tree. */
export type Copied = {
  readonly files: number;
  /** What was left out, and why. */
  readonly leftOut: readonly string[];
};

/** What came of one setup command. */
export type Ran =
  | { readonly kind: 'done' }
  /** `why` says how it ended: `exit code 1: <its last line>`; `log` names the file with its output, null where none could be written. */
  | { readonly kind: 'failed'; readonly why: string; readonly log: string | null };
