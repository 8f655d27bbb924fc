import { formatDuration, parseInstant } from '../core/time.ts';
import type { EventView } from '../usecases/caller/event-view.ts';
import type { Announced } from '../usecases/intent.ts';
import { announcement } from './announcement.ts';
import { at, detail, type Page, shown, table } from './page.ts';

/**
 * Returns what happened: a line for each event, oldest first.
 *
 * @param order the one whose events these are; null for all
 * @param isLogged false if there is no event log, of which a warning tells
 */
export function feedText(page: Page, events: readonly EventView[], order: string | null, isLogged: boolean): string {
  if (events.length > 0) return eventRows(page, events);
  return isLogged ? `no recent events${order === null ? '' : ` of ${shown(order)}`}` : '';
}

/** Returns what was announced, oldest first; `isLogged` as above. */
export function intentsText(page: Page, events: readonly EventView[], isLogged: boolean): string {
  if (events.length > 0) return eventRows(page, events);
  return isLogged ? 'no recent announcements' : '';
}

function eventRows(page: Page, events: readonly EventView[]): string {
  return table(
    page,
    events.map((event) => [at(page, event.at), shown(event.session ?? '-'), sentence(event)]),
    true,
  ).join('\n');
}

/** Returns a line of a feed that continues. It has no columns, because the widths of later lines are unknown. */
export function feedLine(page: Page, event: EventView): string {
  return [
    at({ ...page, nowMs: parseInstant(event.at) ?? page.nowMs }, event.at).replace(/, 0s ago$/, ''),
    shown(event.session ?? '-'),
    sentence(event),
  ].join('  ');
}

/** Returns the announcement, for the session that made it, and what other sessions announced. */
export function announcedText(page: Page, { event, others }: Announced): string {
  const next = detail(
    page,
    'next',
    'other sessions hear it at their next command or commit; git claim intents lists what is announced',
  );
  return [sentence(event), ...others.map((other) => `  ${intentLine(page, other)}`), next].join('\n');
}

/** Returns another session's intent, for a caller that is about to do something. */
export function intentLine(page: Page, event: EventView): string {
  const atMs = parseInstant(event.at);
  return shown(announcement(event.session, event.message, atMs === null ? '' : `${formatDuration(page.nowMs - atMs)} ago`));
}

/** Says what the session did. An unknown kind, from another version, is shown by its name. */
function sentence({ kind, order, generation, message, detail }: EventView): string {
  const what = order === null ? '' : shown(order);
  const said = message === '' ? '' : `: ${shown(message)}`;
  const from = typeof detail?.['from'] === 'string' ? ` from ${shown(detail['from'])}` : '';
  const to = typeof detail?.['to'] === 'string' ? ` to ${shown(detail['to'])}` : '';
  switch (kind) {
    case 'intent':
      if (detail?.['kind'] === 'wait') return `waits for ${what}`;
      return `announced: ${typeof detail?.['kind'] === 'string' ? `[${shown(detail['kind'])}] ` : ''}${shown(message)}`;
    case 'claim':
      return `claimed ${what} (generation ${generation})`;
    case 'reopen':
      return `reopened ${what} (generation ${generation})`;
    case 'take':
      return `took ${what} over${from}${said}`;
    case 'hand':
      return `handed ${what} over${to}`;
    case 'challenge':
      return `asked the silent holder of ${what} to answer`;
    case 'answer':
      return `answered for ${what}`;
    case 'path-claim':
      return `claimed the path ${shown(message)}${what === '' ? '' : ` for ${what}`}`;
    case 'path-take':
      return `took the path ${shown(message)} over${from}`;
    case 'path-release':
      return `gave the path ${shown(message)} back`;
    case 'warned':
    case 'refused':
      return `was ${kind} by ${hook(detail)}${what === '' ? '' : ` for ${what}`}`;
    case 'moved':
      return `saw ${shown(String(detail?.['ref']))}${what === '' ? '' : ` of ${what}`} moved without its session (${shown(String(detail?.['what']))})`;
    case 'overridden':
      return `committed anyway${what === '' ? '' : ` for ${what}`} (rule ${shown(String(detail?.['rule']))})`;
    case 'bypassed':
      return `bypassed ${hook(detail)}${what === '' ? '' : ` for ${what}`}${said}`;
    default: {
      const done = DONE.get(kind);
      return done === undefined ? [shown(kind), what].join(' ').trimEnd() + said : `${done} ${what}${said}`;
    }
  }
}

function hook(detail: EventView['detail']): string {
  return `${shown(String(detail?.['hook']))} (rule ${shown(String(detail?.['rule']))})`;
}

const DONE: ReadonlyMap<string, string> = new Map([
  ['renew', 'renewed'],
  ['release', 'released'],
  ['complete', 'completed'],
  ['abandon', 'abandoned'],
  ['mint', 'filed'],
  ['block', 'blocked'],
  ['unblock', 'continued'],
]);
