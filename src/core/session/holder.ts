import type { SessionId, SessionKey } from '../ids.ts';
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
};

/** Returns the part of a session that a record names. */
export function holderOf({ key, id, agent, host, boot, anchor, person }: Holder): Holder {
  return { key, id, agent, host, boot, anchor, person };
}
