import { isLive, type Witnessed } from '../core/claim/record.ts';
import { ClaimError } from '../core/errors.ts';
import { oneLine } from '../core/line.ts';
import type { Identity } from '../core/session/identity.ts';
import { sightOf } from '../core/session/life.ts';
import { relate } from '../core/session/relation.ts';
import { isListed, type SessionView, sessionView } from '../core/session/view.ts';
import { formatInstant } from '../core/time.ts';
import type { Presence } from '../ports/lease-cache.ts';
import { askerOf, notePresence, presenceOfHolder, readerOf } from './caller/asker.ts';
import { isMine } from './evidence/observe.ts';
import type { Ports } from './ports.ts';
import { giveSignOfLife } from './presence/sign-of-life.ts';
import type { Warning } from './warning.ts';

export type Sessions = {
  readonly kind: 'sessions';
  readonly sessions: readonly SessionView[];
  readonly warnings: readonly Warning[];
};

/** Lists the sessions that were seen here; those that are long gone only with `isAll`. */
export async function listSessions(ports: Ports, isAll: boolean): Promise<Sessions> {
  const asker = readerOf(ports);
  const own = asker === null ? [] : [notePresence(ports, asker)];
  const { claims, warnings } = await liveClaims(ports, asker);
  const { wallMs } = ports.clock.now();
  const sessions = known(ports, claims, own).map((presence) => viewOf(ports, asker, presence, claims));
  return { kind: 'sessions', sessions: sessions.filter((one) => isAll || isListed(one, wallMs)), warnings };
}

export type StartedSession = Sessions & { readonly session: SessionView };

/**
 * Registers the session that asks, with what it is called and the issue it works on; what is not given stays as it was.
 *
 * @param linear an issue's id such as `ENG-7`, or its address
 * @returns the session, and all that are here, itself included
 * @throws ClaimError `no-session`, or `usage` for what is no issue
 */
export async function startSession(
  ports: Ports,
  { title, linear }: { readonly title: string | null; readonly linear: string | null },
): Promise<StartedSession> {
  const asker = askerItself(ports);
  const named = { title: oneLine(title ?? '') || null, linear: linear === null ? null : parseLinear(linear) };
  const own = notePresence(ports, asker, named);
  const { claims, warnings } = await liveClaims(ports, asker);
  const { wallMs } = ports.clock.now();
  const sessions = known(ports, claims, [own]).map((presence) => viewOf(ports, asker, presence, claims));
  const session = sessions.find(({ key }) => key === asker.key) as SessionView;
  return { kind: 'sessions', session, sessions: sessions.filter((one) => isListed(one, wallMs)), warnings };
}

export type EndedSession = { readonly kind: 'ended'; readonly session: SessionView };

/**
 * Notes that the session that asks has ended. Presence informs and never owns: what it holds stays its own.
 *
 * @throws ClaimError `no-session`
 */
export async function endSession(ports: Ports): Promise<EndedSession> {
  const asker = askerItself(ports);
  const { readings } = await ports.registry.survey();
  const claims = [...readings.values()].filter((reading) => reading.kind === 'record');
  const own = notePresence(ports, asker, { endedAt: formatInstant(ports.clock.now().wallMs) });
  const [ended = own] = known(ports, [], [own]).filter(({ key }) => key === asker.key);
  return {
    kind: 'ended',
    session: viewOf(
      ports,
      asker,
      ended,
      claims.filter(({ record }) => isLive(record)),
    ),
  };
}

/** A guest in a work tree neither begins nor ends the session it speaks for. */
function askerItself(ports: Ports): Identity {
  const asker = askerOf(ports);
  if (asker.source !== 'binding') return asker;
  throw new ClaimError('no-session', `you are a guest of ${asker.id} in its work tree, and not that session`, {
    hint: 'name your own: git claim --session <name> session start',
  });
}

/** Asking who is here is a sign of life, as every question is. */
async function liveClaims(ports: Ports, asker: Identity | null) {
  const standing = await ports.registry.survey();
  const { readings, warnings } = await giveSignOfLife(ports, asker, standing.readings, standing.paths);
  const claims = [...readings.values()].filter((reading) => reading.kind === 'record');
  return { claims: claims.filter(({ record }) => isLive(record)), warnings };
}

/** The sessions the cache knows, the asker where there is no cache, and the holders of claims that neither names. */
function known(ports: Ports, claims: readonly Witnessed[], own: readonly Presence[]): Presence[] {
  const sessions = new Map<string, Presence>();
  for (const one of [...ports.cache.sessions(), ...own, ...claims.map((claim) => presenceOfHolder(ports, claim))])
    if (!sessions.has(one.key)) sessions.set(one.key, one);
  return [...sessions.values()];
}

function viewOf(ports: Ports, asker: Identity | null, presence: Presence, claims: readonly Witnessed[]): SessionView {
  const sight = sightOf(presence, ports.processes);
  const orders = claims.filter(({ record }) => record.holder.key === presence.key).map(({ record }) => record.order);
  return sessionView(presence, sight.life, asker !== null && isMine(relate(presence, asker, sight)), orders);
}

/** People paste the address of an issue as readily as its id. */
function parseLinear(text: string): string {
  const pattern = /^(?:https:\/\/linear\.app\/[^/\s]+\/issue\/)?([A-Za-z][A-Za-z0-9]{0,15}-[0-9]{1,9})(?:\/\S*)?$/;
  const id = pattern.exec(text.trim())?.[1];
  if (id !== undefined) return id.toUpperCase();
  throw new ClaimError('usage', `${JSON.stringify(text.slice(0, 80))} is no Linear issue`, { hint: 'an issue looks like ENG-7' });
}
