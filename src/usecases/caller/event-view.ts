import type { SessionKey } from '../../core/ids.ts';
import type { NumberedEvent } from '../../ports/event-log.ts';

/** An event as commands show it. */
export type EventView = Omit<NumberedEvent, 'sessionKey'> & {
  /** Whether the caller did it. */
  readonly mine: boolean;
};

/** @param key the caller's; null if no session is known */
export function eventView({ sessionKey, ...event }: NumberedEvent, key: SessionKey | null): EventView {
  return { ...event, mine: key !== null && sessionKey === key };
}
