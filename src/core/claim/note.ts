/*
 * The notes that git-claim itself writes into records. They are bytes of the record, as fixed as its trailers: a written note
 * never changes, so text/ does not word it. Only people read them.
 */

/** How much of the holder's work a takeover found: a person should look at it first. */
type LeftWork = { readonly changedFiles: number; readonly unpushedCommits: number };

/**
 * Returns the note of a record that takes a claim: why it was taken, and what was found in the worktree.
 *
 * @param grounds what {@link takeoverGrounds} returned
 * @param left null if there is no worktree to look into
 */
export function takeoverNote(grounds: string, left: LeftWork | null): string {
  return [grounds, ...found(left)].join('; ');
}

/**
 * Returns why a claim is taken, and on what evidence.
 *
 * @param reason a person's; null if the evidence is the reason
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
 * @param reason why the claim is blocked; null if it is not
 */
export function handedNote(from: string, reason: string | null): string {
  return `${reason === null ? '' : `${reason}; `}handed over by ${from}`;
}

/**
 * Returns the note of a record with which a guest in the holder's worktree ends the claim.
 *
 * @param who the guest
 * @param person what tells the guest's terminals apart; null if that is unknown
 */
export function standInNote(state: string, who: string, person: string | null): string {
  return `${state} by ${who}${person === null ? '' : ` (${person})`}, a guest in its worktree`;
}

/** Returns the note of a record that takes a path together with its order. */
export function takenWithNote(order: string): string {
  return `taken with ${order}`;
}

/** Returns the note of a record that gives a claim back, because the worktree of one of the orders could not be made. */
export function givenBackNote(order: string): string {
  return `given back: the worktree of ${order} could not be made`;
}
