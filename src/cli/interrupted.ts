/** A person left a question with Ctrl-C or Ctrl-D: nothing was answered, and nothing is changed. */
export class Interrupted extends Error {}

/** As a shell reports a command that Ctrl-C ended. */
export const INTERRUPTED_EXIT = 130;
