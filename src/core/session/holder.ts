import type { CloneId, SessionId, SessionKey } from '../ids.ts';
import type { Anchor } from './anchor.ts';
import type { Person } from './person.ts';

/** The session that a record names, with everything the record says of it. */
export type Holder = {
  readonly key: SessionKey;
  readonly id: SessionId;
  /** `claude`, `codex`, ...; null for a person. */
  readonly agent: string | null;
  readonly host: string;
  /** The boot id of the host's kernel; null where the system has none. */
  readonly boot: string | null;
  /** Null if no credible anchor is known. Such a session can never be proven dead. */
  readonly anchor: Anchor | null;
  /** The person at the terminal whose shell is the anchor; null for every other session. */
  readonly person: Person | null;
  /** The clone in which it works; null where claims are not shared, and in older records. */
  readonly clone: CloneId | null;
};

/** Returns the part of a session that a record names. */
export function holderOf({ key, id, agent, host, boot, anchor, person, clone }: Holder): Holder {
  return { key, id, agent, host, boot, anchor, person, clone };
}

/** Returns whether a holder works in another clone than this one, so that nothing of it is in the folders or the cache here. */
export function isElsewhere({ clone }: Pick<Holder, 'clone'>, here: CloneId | null): boolean {
  return clone !== null && here !== null && clone !== here;
}
