import type { Anchor } from '../core/session/anchor.ts';
import type { Holder } from '../core/session/holder.ts';

/** A session whose process can be watched. */
export type Anchored = Holder & { readonly anchor: Anchor };

/** The small process that speaks for a session between its commands: one for each session and repository. */
export interface HeartbeatHelper {
  /**
   * Starts the session's helper unless it is running.
   *
   * @returns whether the helper gave a sign of life in time; never throws
   */
  ensure(session: Anchored): Promise<boolean>;
}
