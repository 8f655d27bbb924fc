import type { Copied, Ran } from '../core/trees/setup.ts';

/** Prepares a new worktree: copies the ignored files that `.worktreeinclude` lists, and runs the commands of `claim.setup`. */
export interface TreeSetup {
  /** The commands of `claim.setup`, in order. */
  readonly commands: readonly string[];
  /** Returns whether a person agreed to exactly these commands. */
  isTrusted(): Promise<boolean>;
  /** Records that a person agreed to them. */
  trust(): Promise<void>;
  /** Notes that a worktree about to be made has to be set up, if there is anything to do. */
  notePending(tree: string): Promise<void>;
  isPending(tree: string): Promise<boolean>;
  /** Notes that the worktree needs no more setup. */
  done(tree: string): Promise<void>;
  /** Forgets a worktree that was removed. */
  forget(tree: string): Promise<void>;
  /**
   * Starts the setup of a worktree, after ending what a killed process left running there. Returns null, or the pid of the
   * process that is already setting it up.
   */
  begin(tree: string): Promise<number | null>;
  /** Copies the listed files that the worktree does not have. */
  copy(tree: string, onFile: (files: number) => void): Promise<Copied>;
  /**
   * Runs one command in the worktree, in its own process group, which outlives neither the time limit nor this process. Reports
   * to `onWait` every `everyMs` how long it has taken, and the last line that it said.
   */
  run(tree: string, command: string, everyMs: number, onWait: (elapsedMs: number, said: string) => void): Promise<Ran>;
}
