import type { Anchor } from '../core/session/anchor.ts';

/** A program whose process exists and waits, so that a claim can name it as its anchor before the program does anything. */
export interface HeldProgram {
  /** Null where the system tells none. */
  readonly anchor: Anchor | null;
  /**
   * Lets the program run in this folder, with these variables added to its own. Signals sent to this process are passed on to it.
   *
   * @returns its exit code: 128 + n if a signal ended it, 126 or 127 if it could not be started
   */
  start(folder: string, variables: Readonly<Record<string, string>>): Promise<number>;
  /** Ends the process if it was not started; otherwise stops passing signals on. */
  end(): void;
}

export interface Programs {
  /**
   * Creates the process of a program, with the standard streams of this one.
   *
   * @param isQuiet its standard output goes to standard error
   */
  hold(words: readonly string[], isQuiet: boolean): Promise<HeldProgram>;
}
