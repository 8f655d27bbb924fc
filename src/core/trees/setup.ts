import type { Trouble } from '../failures/failure.ts';

/** The result of copying files into a new worktree. */
export type Copied = {
  readonly files: number;
  readonly leftOut: readonly LeftOut[];
};

/** What was not copied. */
export type LeftOut = {
  readonly path: string;
  /** `folder` is the part of the path that is not a folder in the new worktree. */
  readonly why:
    | { readonly kind: 'in-the-way'; readonly folder: string }
    | { readonly kind: 'too-many'; readonly filesMax: number }
    | { readonly kind: 'failed'; readonly failure: Trouble };
};

/** The result of one setup command. */
export type Ran = { readonly kind: 'done' } | FailedCommand;

export type FailedCommand = {
  readonly kind: 'failed';
  /** Null if it took longer than `timeoutMs`. */
  readonly exit: number | null;
  readonly timeoutMs: number;
  /** The last line of its output; empty if it wrote nothing. */
  readonly said: string;
  /** The file with its output; null if there is none. */
  readonly log: string | null;
};
