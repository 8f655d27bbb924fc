export type OpenOptions = {
  /** Any folder of the repository or of one of its worktrees; this process's by default. */
  readonly cwd?: string;
  /** The environment in which git runs, and which names the calling session; this process's by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * The session to speak for: 1 to 200 printable ASCII characters without spaces. Overrides `GIT_CLAIM_SESSION` and any agent's
   * own id.
   */
  readonly session?: string;
  /** The pid of the process whose life is the session's life. */
  readonly anchor?: number;
};

export type ClaimOptions = {
  /** `false` claims for this worktree instead of making one; `true` by default. */
  readonly worktree?: boolean;
  /** The revision a new branch starts from; the default branch by default. */
  readonly on?: string;
  /** Claims completed orders again, adopting branch and worktree. */
  readonly reopen?: boolean;
  /** Files and folders to claim with the one order, relative to `cwd`. */
  readonly paths?: string | readonly string[];
};

export type CompleteOptions = {
  /** Publishes the work together with the completion; `false` by default. */
  readonly push?: boolean;
};

export type PushOptions = {
  /** Lets a branch lose commits on the remote, if it is where it was last seen there; `false` by default. */
  readonly force?: boolean;
};
