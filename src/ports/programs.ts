import type { Anchor } from '../core/session/anchor.ts';

/** A program whose process exists and waits, so that a claim can name it as its anchor before the program begins. */
export interface HeldProgram {
  /** Null if the system does not tell. */
  readonly anchor: Anchor | null;
  /**
   * Lets the program run in this folder, with these variables added to its environment, and passes signals on to it.
   *
   * @returns its exit code: 128 + n if a signal ended it, 126 or 127 if it could not be started
   */
  start(folder: string, variables: Readonly<Record<string, string>>): Promise<number>;
  /** Ends the process if the program was not started, else stops passing signals on. */
  end(): void;
}

export interface Programs {
  /** Returns whether there is such a program; true for a path that only the program's own folder can answer. */
  has(word: string): boolean;
  /**
   * Creates the process of a program with the standard streams of this process.
   *
   * @param isQuiet sends its standard output to standard error
   */
  hold(words: readonly string[], isQuiet: boolean): Promise<HeldProgram>;
}
