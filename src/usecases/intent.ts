import { parseIntentKind } from '../core/check/announcements.ts';
import { ClaimError } from '../core/errors.ts';
import { oneLine } from '../core/line.ts';
import { askerItself, notePresence, readerOf } from './caller/asker.ts';
import { type EventView, eventView } from './caller/event-view.ts';
import { freshIntents, intentEvent } from './caller/heard.ts';
import type { Ports } from './ports.ts';
import { type Warning, withoutLog } from './warning.ts';

export type Announced = {
  readonly kind: 'announced';
  readonly event: EventView;
  /** Fresh intents of other sessions, oldest first. */
  readonly others: readonly EventView[];
};

export type Intents = {
  readonly kind: 'intents';
  readonly events: readonly EventView[];
  readonly warnings: readonly Warning[];
};

const ROWS_MAX = 200;

/**
 * Announces what the caller is about to do. An intent is an event, not a state: the same words twice are two intents.
 *
 * @param what the kind of intent, for programs; null for none
 * @throws ClaimError `usage` without a text or for an unknown kind, `internal` without a cache, because nobody would see it
 */
export function announce(ports: Ports, text: string, what: string | null): Announced {
  const line = oneLine(text);
  if (line === '') throw new ClaimError({ code: 'usage', kind: 'intent-not-one-text' });
  const kind = what === null ? null : parseIntentKind(what);
  const asker = askerItself(ports);
  notePresence(ports, asker);
  const event = intentEvent(ports, asker, line, kind);
  const number = ports.events.append(event);
  if (number === null)
    throw new ClaimError({ code: 'internal', kind: 'intent-not-kept', trouble: ports.cache.trouble?.said ?? null });
  ports.notes.noteIntent();
  return { kind: 'announced', event: eventView({ ...event, number }, asker.key), others: freshIntents(ports, asker) };
}

/** Returns all intents that the log still has, also the caller's own, oldest first. */
export function intents(ports: Ports): Intents {
  const key = readerOf(ports)?.key ?? null;
  const events = ports.events.read({ kinds: ['intent'], limit: ROWS_MAX }).map((event) => eventView(event, key));
  return { kind: 'intents', events, warnings: withoutLog(ports.cache.trouble) };
}
