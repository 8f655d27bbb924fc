import type { Anchor } from '../core/session/anchor.ts';

/** A program whose process is there and waits, so that a claim can name it as its anchor before the program does anything. */
export interface HeldProgram {
  /** Null where the system does not tell. */
  readonly anchor: Anchor | null;
  /**
   * Lets it go, in this folder and with these variables besides its own; what the terminal or somebody sends to this process reaches it.
   *
   * @returns its exit code when it has ended: 128 + n when a signal ended it, 126 or 127 when it could not be started
   */
  start(folder: string, variables: Readonly<Record<string, string>>): Promise<number>;
  /** Ends it where it was not started, and the care for it where it was. */
  end(): void;
}

export interface Programs {
  /**
   * Makes the process of a program, with the standard streams of this one.
   *
   * @param isQuiet its standard output is standard error
   */
  hold(words: readonly string[], isQuiet: boolean): Promise<HeldProgram>;
}
