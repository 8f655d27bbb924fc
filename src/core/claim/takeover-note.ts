/** How much of its holder's work a takeover found: what a person should look for first. */
type LeftWork = { readonly changedFiles: number; readonly unpushedCommits: number };

/**
 * Returns the note of a record that takes a claim: why it was taken, on what evidence, and what lay in the work tree.
 *
 * @param reason a person's; null where the evidence is the reason
 * @param left null where there is no work tree to look into
 */
export function takeoverNote(reason: string | null, evidence: string, left: LeftWork | null): string {
  return [...(reason === null ? [] : [reason.slice(0, REASON_MAX)]), evidence, ...found(left)].join('; ');
}

/** Returns what such a note says besides what lay in the work tree, for whoever is shown that in full. */
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
