import type { Sync } from '../claim/view.ts';
import type { Oid } from '../ids.ts';

/*
 *                    another clone's push                 a push of ours
 *   follows  <-------------------------------  confirmed  ---------------->  confirmed
 *                                                  |
 *                                                  |  --offline
 *                                                  v              the remote moved meanwhile
 *                                             unconfirmed  ------------------------------------>  lost: the remote's counts
 */

/** One ref of claims, here and as the remote was last seen. Null: there is none. */
export type Replica = {
  readonly on: 'order' | 'path';
  readonly local: Oid | null;
  readonly seen: Oid | null;
  /** What the remote had when this clone began to write without it; undefined if everything here was confirmed. */
  readonly unsent?: Oid | null | undefined;
};

/** Returns how the claim here relates to the remote's. */
export function syncOf({ local, seen, unsent }: Omit<Replica, 'on'>): Exclude<Sync, 'local'> {
  if (local === seen) return 'confirmed';
  return unsent === undefined ? 'diverged' : 'unconfirmed';
}

/** What follows for the ref here. */
export type Integration =
  | 'nothing'
  /** The ref takes the remote's value: somebody elsewhere moved on, or the path's claim ended there. */
  | 'follow'
  /** What was not sent arrived all the same. */
  | 'settled'
  /** It waits to be sent. */
  | 'wait'
  /** The remote has something else, which is not older: its value counts, and whoever wrote here lost. */
  | 'lost'
  /** The remote shows an older state than it did, or none. Nothing follows: a person decides. */
  | 'rewound';

/**
 * Returns what follows for the ref here from what the remote has. An order's ref is never deleted, and moves only to records
 * built on it; a path's ref ends with its claim, and the next claim begins anew.
 *
 * @param age how the remote's record relates to the one here: built on it, before it, or neither
 */
export function integrationOf({ on, local, seen, unsent }: Replica, age: 'newer' | 'older' | 'other'): Integration {
  if (local === seen) return unsent === undefined ? 'nothing' : 'settled';
  if (age === 'newer') return 'follow';
  if (unsent !== undefined && seen === unsent) return 'wait';
  if (on === 'path') return unsent === undefined ? 'follow' : 'lost';
  if (local === null) return 'follow';
  // Somebody else's record there, which may have come after a restored backup, is whom the others follow.
  return seen === null || age === 'older' ? 'rewound' : 'lost';
}
