/** How much of the holder's work a takeover found: a person should look at it first. */
type LeftWork = { readonly changedFiles: number; readonly unpushedCommits: number };

/**
 * Returns the note of a record that takes a claim: why it was taken, on what evidence, and what was found in the worktree.
 *
 * @param reason a person's; null if the evidence is the reason
 * @param left null if there is no worktree to look into
 */
export function takeoverNote(reason: string | null, evidence: string, left: LeftWork | null): string {
  return [...(reason === null ? [] : [reason.slice(0, REASON_MAX)]), evidence, ...found(left)].join('; ');
}

/** Returns such a note without what was found in the worktree, for a reader who is shown that separately. */
export function withoutLeftWork(note: string, left: LeftWork | null): string {
  const end = found(left)
    .map((part) => `; ${part}`)
    .join('');
  return note.endsWith(end) ? note.slice(0, note.length - end.length) : note;
}

/** A record's note is one line of 1,000 characters, and the evidence must not be cut off. */
const REASON_MAX = 600;

function found(left: LeftWork | null): string[] {
  const parts = left === null ? [] : [count(left.changedFiles, 'changed file'), count(left.unpushedCommits, 'unpushed commit')];
  return parts.filter((part) => part !== null);
}

function count(many: number, what: string): string | null {
  return many === 0 ? null : `${many} ${what}${many === 1 ? '' : 's'}`;
}
