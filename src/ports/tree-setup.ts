import type { Copied, Ran } from '../core/trees/setup.ts';

/** What makes a new work tree ready to work in: files that git ignores and `.worktreeinclude` lists, and the commands of `claim.setup`. */
export interface TreeSetup {
  /** The commands, in their order. */
  readonly commands: readonly string[];
  /** Tells whether a person agreed to exactly these commands. */
  isTrusted(): Promise<boolean>;
  /** Notes that a person did. */
  trust(): Promise<void>;
  /** Notes that a tree that is about to be made has to be set up, where there is anything to do. */
  owe(tree: string): Promise<void>;
  isOwed(tree: string): Promise<boolean>;
  /** Notes that nothing is left to do for the tree. */
  done(tree: string): Promise<void>;
  /** Forgets the tree, which is gone. */
  forget(tree: string): Promise<void>;
  /** Takes the setup of a tree in hand; what a process that was killed left running there has ended then. Returns null, or the process that is at it. */
  begin(tree: string): Promise<number | null>;
  /** Copies into the tree what is listed and not there. */
  copy(tree: string, onFile: (files: number) => void): Promise<Copied>;
  /** Runs one command in the tree, in a process group of its own that outlives neither the time limit nor this process; tells now and then how long it has taken. */
  run(tree: string, command: string, onWait: (elapsedMs: number) => void): Promise<Ran>;
}
