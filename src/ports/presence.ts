import type { SessionKey } from '../core/ids.ts';
import type { Holder } from '../core/session/holder.ts';

/** A session that was seen at work. Presence informs; it decides nothing about ownership. */
export type Presence = Holder & {
  /** The worktree it was last seen in, absolute. */
  readonly worktree: string | null;
  /** Since when it was seen in that worktree and in no other. RFC 3339 with milliseconds: files are older or younger. */
  readonly thereSince: string;
  readonly title: string | null;
  readonly linear: string | null;
  /** RFC 3339, with milliseconds for the same reason. */
  readonly startedAt: string;
  readonly lastSeenAt: string;
  readonly endedAt: string | null;
};

/** The sessions that were seen at work in this repository, and the events each has seen. A part of the cache (`cache.ts`). */
export interface PresenceBook {
  /**
   * Records that a session is here. Keeps its first `startedAt`, its `thereSince` if the worktree is the same, and its title and
   * Linear issue if the new ones are null. Forgets sessions that were not seen for long.
   *
   * @returns the presence as it is recorded now
   */
  register(presence: Presence): Presence;
  /** Returns a session; null if it is not known. */
  session(key: SessionKey): Presence | null;
  /** Returns all sessions, the earliest first. */
  sessions(): Presence[];
  /**
   * Records that the events up to this number were reported to a registered session.
   *
   * @returns the number up to which they were reported before; 0 if that is unknown
   */
  reportedBefore(key: SessionKey, number: number): number;
}
