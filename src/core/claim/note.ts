/*
 * The notes that git-claim itself writes into records. They are bytes of the record, fixed like its trailers: what was written once
 * stays as it is, so they are not text/'s to word. Nothing reads them but people.
 */

/** How much of its holder's work a takeover found: what a person should look for first. */
type LeftWork = { readonly changedFiles: number; readonly unpushedCommits: number };

/**
 * Returns the note of a record that takes a claim: why it was taken, and what lay in the work tree.
 *
 * @param grounds what {@link takeoverGrounds} returned
 * @param left null where there is no work tree to look into
 */
export function takeoverNote(grounds: string, left: LeftWork | null): string {
  return [grounds, ...found(left)].join('; ');
}

/**
 * Returns why a claim is taken, and on what evidence.
 *
 * @param reason a person's; null where the evidence is the reason
 */
export function takeoverGrounds(reason: string | null, evidence: string): string {
  return [...(reason === null ? [] : [reason.slice(0, REASON_MAX)]), evidence].join('; ');
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

/**
 * Returns the note of a record that hands a claim over.
 *
 * @param reason what the claim is blocked by; null where it is not
 */
export function handedNote(from: string, reason: string | null): string {
  return `${reason === null ? '' : `${reason}; `}handed over by ${from}`;
}

/** Returns the note of a record that gives claims back because of one whose work tree could not be made. */
export function givenBackNote(order: string): string {
  return `given back: the work tree of ${order} could not be made`;
}
