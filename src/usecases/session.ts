import { currentIn } from '../core/claim/board.ts';
import type { Witnessed } from '../core/claim/record.ts';
import { ClaimError } from '../core/errors.ts';
import type { OrderId, SessionKey } from '../core/ids.ts';
import { oneLine } from '../core/line.ts';
import type { Identity } from '../core/session/identity.ts';
import { relate } from '../core/session/relation.ts';
import { isListed, type SessionView, sessionView } from '../core/session/view.ts';
import { formatInstant } from '../core/time.ts';
import type { Presence } from '../ports/presence.ts';
import { askerItself, notePresence, presenceOfHolder } from './caller/asker.ts';
import { isMine } from './evidence/observe.ts';
import { anchorSights, type Sights } from './evidence/sights.ts';
import type { Ports } from './ports.ts';
import { type Arrival, arrive } from './presence/arrive.ts';
import { freshen } from './remote/contact.ts';
import { letMergedGo } from './trees/finished.ts';
import { type Warning, withoutLog } from './warning.ts';

export type Sessions = {
  readonly kind: 'sessions';
  readonly sessions: readonly SessionView[];
  readonly warnings: readonly Warning[];
};

/** Lists the sessions that are here or left orders behind; with `isAll` also those that ended. */
export async function listSessions(ports: Ports, isAll: boolean): Promise<Sessions> {
  await freshen(ports);
  const arrival = await arrive(ports);
  const { wallMs } = ports.clock.now();
  const sessions = sessionsSeen(ports, arrival).filter((one) => isAll || isListed(one, wallMs));
  return { kind: 'sessions', sessions, warnings: [...arrival.warnings, ...withoutLog(ports.cache.trouble)] };
}

export type StartedSession = Sessions & { readonly session: SessionView };

/**
 * Registers the calling session with its title and the issue it works on. What is null stays as it was.
 *
 * @param linear an issue's id such as `ENG-7`, or its address
 * @returns the session, and all that are here, itself included; and what the command found as it began
 * @throws ClaimError `no-session`, or `usage` for a text that is not an issue
 */
export async function startSession(
  ports: Ports,
  { title, linear }: { readonly title: string | null; readonly linear: string | null },
): Promise<{ readonly started: StartedSession; readonly arrival: Arrival }> {
  const asker = askerItself(ports);
  const named = { title: oneLine(title ?? '') || null, linear: linear === null ? null : parseLinear(linear) };
  await freshen(ports);
  const [arrival] = await Promise.all([arrive(ports, { named }), letMergedGo(ports)]);
  const { wallMs } = ports.clock.now();
  const sessions = sessionsSeen(ports, arrival);
  const session = sessions.find(({ key }) => key === asker.key) as SessionView;
  const warnings = [...arrival.warnings, ...withoutLog(ports.cache.trouble)];
  const listed = sessions.filter((one) => isListed(one, wallMs));
  return { started: { kind: 'sessions', session, sessions: listed, warnings }, arrival };
}

export type EndedSession = { readonly kind: 'ended'; readonly session: SessionView };

/**
 * Records that the calling session has ended. It keeps its claims, because presence decides nothing about ownership.
 *
 * @throws ClaimError `no-session`
 */
export async function endSession(ports: Ports): Promise<EndedSession> {
  const asker = askerItself(ports);
  const { readings } = await ports.registry.survey();
  const own = notePresence(ports, asker, { endedAt: formatInstant(ports.clock.now().wallMs) });
  const [ended = own] = known(ports, [], [own]).filter(({ key }) => key === asker.key);
  return { kind: 'ended', session: viewOf(anchorSights(ports), asker, ended, ordersByHolder(liveIn(readings))) };
}

/** Returns every session that is known here. */
function sessionsSeen(ports: Ports, { asker, presence: own, readings }: Arrival): SessionView[] {
  const claims = liveIn(readings);
  const ordersOf = ordersByHolder(claims);
  const sights = anchorSights(ports);
  return known(ports, claims, own === null ? [] : [own]).map((presence) => viewOf(sights, asker, presence, ordersOf));
}

function liveIn(readings: Arrival['readings']): Witnessed[] {
  return [...currentIn(readings).values()].filter((reading) => reading.kind === 'record');
}

/** Returns the sessions in the cache, the caller even without a cache, and the remaining holders of claims. */
function known(ports: Ports, claims: readonly Witnessed[], own: readonly Presence[]): Presence[] {
  const sessions = new Map<string, Presence>();
  for (const one of [...ports.presence.sessions(), ...own]) if (!sessions.has(one.key)) sessions.set(one.key, one);
  for (const claim of claims) {
    const { key } = claim.record.holder;
    if (!sessions.has(key)) sessions.set(key, presenceOfHolder(ports, claim));
  }
  return [...sessions.values()];
}

type OrdersOf = ReadonlyMap<SessionKey, readonly OrderId[]>;

function ordersByHolder(claims: readonly Witnessed[]): OrdersOf {
  const orders = new Map<SessionKey, OrderId[]>();
  for (const { record } of claims) {
    const own = orders.get(record.holder.key);
    if (own === undefined) orders.set(record.holder.key, [record.order]);
    else own.push(record.order);
  }
  return orders;
}

function viewOf(sights: Sights, asker: Identity | null, presence: Presence, ordersOf: OrdersOf): SessionView {
  const sight = sights(presence);
  const orders = ordersOf.get(presence.key) ?? [];
  return sessionView(presence, sight.life, asker !== null && isMine(relate(presence, asker, sight)), orders);
}

/** People paste the address of an issue as often as its id. */
function parseLinear(text: string): string {
  const pattern = /^(?:https:\/\/linear\.app\/[^/\s]+\/issue\/)?([A-Za-z][A-Za-z0-9]{0,15}-[0-9]{1,9})(?:\/\S*)?$/;
  const id = pattern.exec(text.trim())?.[1];
  if (id !== undefined) return id.toUpperCase();
  throw new ClaimError({ code: 'usage', kind: 'linear-issue', text });
}
