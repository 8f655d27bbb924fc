import type { SessionKey } from '../../core/ids.ts';
import type { NumberedEvent } from '../../ports/event-log.ts';

/** An event as commands show it. */
export type EventView = Omit<NumberedEvent, 'sessionKey'> & {
  /** The session that asked did it. */
  readonly mine: boolean;
};

/** @param key who asks; null where nobody knows */
export function eventView({ sessionKey, ...event }: NumberedEvent, key: SessionKey | null): EventView {
  return { ...event, mine: key !== null && sessionKey === key };
}
