/**
 * The person at a terminal. A terminal's shell is only where a person's session can be watched: it closes, and the work goes on
 * in another one.
 */
export type Person = {
  readonly uid: number;
  /** The terminal, as in `pts/3` or `tmux:%3`; `-` if the system does not name it. */
  readonly terminal: string;
  /** What git calls the person. */
  readonly name: string;
};

/** Returns the person as the value of a record's `Person` trailer: `1000 pts/3 Ada Lovelace`. */
export function formatPerson({ uid, terminal, name }: Person): string {
  return `${uid} ${terminal} ${name}`;
}

/** Returns the person that a `Person` trailer names, or null if it is malformed. */
export function parsePerson(text: string): Person | null {
  const match = /^([0-9]{1,10}) ([!-~]{1,64}) (.{1,100})$/.exec(text);
  return match === null ? null : { uid: Number(match[1]), terminal: match[2] as string, name: match[3] as string };
}

/** Returns what tells a person's terminals apart: `Ada Lovelace, pts/3`. */
export function personLabel({ terminal, name }: Person): string {
  return terminal === '-' ? name : `${name}, ${terminal}`;
}
