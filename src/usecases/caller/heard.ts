import { type Announcement, FRESH_MS } from '../../core/check/announcements.ts';
import { waitMessage } from '../../core/event-messages.ts';
import { oneLine } from '../../core/line.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Identity } from '../../core/session/identity.ts';
import { sightOf } from '../../core/session/life.ts';
import { formatInstant } from '../../core/time.ts';
import type { LoggedEvent } from '../../ports/event-log.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';
import { type EventView, eventView } from './event-view.ts';

/** Returns what others announced recently, oldest first. A person also has the sessions of the programs that it runs. */
export function freshIntents(ports: Ports, asker: Pick<Identity, 'key' | 'id' | 'agent'> | null): EventView[] {
  const since = formatInstant(ports.clock.now().wallMs - FRESH_MS);
  const events = ports.events.read({ kinds: ['intent'], since, limit: FRESH_MAX });
  const views = events.map((event) => ({ key: event.sessionKey, view: eventView(event, asker?.key ?? null) }));
  const others = views.filter(({ view }) => !view.mine && isFor(asker, view));
  if (others.length === 0 || asker === null || asker.agent !== null) return others.map(({ view }) => view);
  const above = ports.presence.sessions().filter((one) => one.agent === null && sightOf(one, ports.processes).isAbove);
  return others.filter(({ key }) => !above.some((one) => one.key === key)).map(({ view }) => view);
}

/** Who waits for a claim tells its holder, and nobody else. */
function isFor(asker: Pick<Identity, 'id'> | null, { detail }: EventView): boolean {
  return asker === null || typeof detail?.['holder'] !== 'string' || detail['holder'] === asker.id;
}

/**
 * Tells the holder of an order, at its next command or commit, that the caller waits for it.
 *
 * @param told whom the caller has told already
 * @returns whom it has told now
 */
export function announceWait(ports: Ports, asker: Identity, refusal: Refusal, told: string | null): string | null {
  const holder = 'wanted' in refusal ? null : (refusal.claim?.session ?? null);
  if ('wanted' in refusal || holder === null || holder === told) return holder;
  const event = intentEvent(ports, asker, waitMessage(refusal.order), null);
  const number = ports.events.append({ ...event, order: refusal.order, detail: { kind: 'wait', holder } });
  if (number !== null) ports.notes.noteIntent();
  return holder;
}

/** More than anybody reads before beginning. */
const FRESH_MAX = 20;

export function intentEvent(ports: Ports, asker: Identity, text: string, what: string | null): LoggedEvent {
  return {
    at: formatInstant(ports.clock.now().wallMs),
    kind: 'intent',
    order: ports.bindings.read(null).find(({ key }) => key === asker.key)?.order ?? null,
    session: asker.id,
    sessionKey: asker.key,
    generation: null,
    oid: null,
    message: text,
    detail: what === null ? null : { kind: what },
  };
}

/** Announces what a hook sees a session do. Without a cache, the announcements are lost, and nothing else. */
export function announceByHook(ports: Ports, asker: Identity, announcements: readonly Announcement[]): void {
  for (const { kind, message } of announcements) ports.events.append(intentEvent(ports, asker, oneLine(message), kind));
  if (announcements.length > 0) ports.notes.noteIntent();
}

/**
 * Returns what others announced recently and no hook, claim or check has reported to the caller yet. A caller whose session is
 * unknown gets all of it each time.
 */
export function newIntents(ports: Ports, asker: Identity | null): EventView[] {
  const others = freshIntents(ports, asker);
  const last = others.at(-1)?.number;
  if (asker === null || last === undefined) return others;
  const before = ports.presence.reportedBefore(asker.key, last);
  return others.filter(({ number }) => number > before);
}

/** Returns the same for a hook. If nothing is recent, this removes the mark that makes hooks ask. */
export function intentsForHook(ports: Ports, asker: Identity | null): EventView[] {
  if (freshIntents(ports, null).length === 0) ports.notes.forgetIntents();
  return newIntents(ports, asker);
}

/** Returns the warning of an announced intent. */
export function intentWarning({ session, message, at }: EventView): Warning {
  return { code: 'intent', session, at, message };
}
