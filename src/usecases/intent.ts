import { ClaimError } from '../core/errors.ts';
import { askerOf, notePresence, readerOf } from './caller/asker.ts';
import { type EventView, eventView } from './caller/event-view.ts';
import { freshIntents, intentEvent } from './caller/heard.ts';
import type { Ports } from './ports.ts';

export type Announced = {
  readonly kind: 'announced';
  readonly event: EventView;
  /** Fresh intents of other sessions, oldest first. */
  readonly others: readonly EventView[];
};

export type Intents = { readonly kind: 'intents'; readonly events: readonly EventView[] };

const ROWS_MAX = 200;

/**
 * Announces what the session is about to do. An intent is an event, not a state: the same words twice are two intents.
 *
 * @param text one line
 * @param what the kind of thing, for programs; null for anything
 * @throws ClaimError `internal` where there is no cache to keep it in, for then nobody would hear of it
 */
export function announce(ports: Ports, text: string, what: string | null): Announced {
  const asker = askerOf(ports);
  notePresence(ports, asker);
  const event = intentEvent(ports, asker, text, what);
  const number = ports.cache.appendEvent(event);
  if (number === null)
    throw new ClaimError('internal', `nobody can hear it: ${ports.cache.trouble ?? 'the cache did not keep it'}`, {
      hint: 'tell the other sessions yourself; git claim list shows who is at work',
    });
  ports.notes.noteIntent();
  return { kind: 'announced', event: eventView({ ...event, number }, asker.key), others: freshIntents(ports, asker.key) };
}

/** Returns what was announced, the asker's own intents too, as far as the log goes back, oldest first. */
export function intents(ports: Ports): Intents {
  const key = readerOf(ports)?.key ?? null;
  return {
    kind: 'intents',
    events: ports.cache.events({ kinds: ['intent'], limit: ROWS_MAX }).map((event) => eventView(event, key)),
  };
}
