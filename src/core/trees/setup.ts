/** The result of copying files into a new worktree. */
export type Copied = {
  readonly files: number;
  /** What was left out, and why. */
  readonly leftOut: readonly string[];
};

/** The result of one setup command. */
export type Ran =
  | { readonly kind: 'done' }
  /** `why` says how it ended: `exit code 1: <its last line>`. `log` is the file with its output, null if that failed. */
  | { readonly kind: 'failed'; readonly why: string; readonly log: string | null };
