import { currentIn } from '../core/claim/board.ts';
import { handedNote } from '../core/claim/note.ts';
import type { ClaimView } from '../core/claim/view.ts';
import { ClaimError } from '../core/errors.ts';
import type { OrderId } from '../core/ids.ts';
import { holderIn } from '../core/record/witness.ts';
import type { Refusal } from '../core/refusal.ts';
import { type Holder, holderOf } from '../core/session/holder.ts';
import type { Identity } from '../core/session/identity.ts';
import { sightOf } from '../core/session/life.ts';
import type { Reading } from '../ports/registry.ts';
import { askerOf } from './caller/asker.ts';
import { bindTree, treeOf, worksElsewhere } from './caller/tree.ts';
import { observe } from './evidence/observe.ts';
import { hasOrderFiles } from './orders/order-files.ts';
import { claimedOrders } from './orders/spelling.ts';
import { carryOut } from './ownership/carry-out.ts';
import type { Gather } from './ownership/change-ownership.ts';
import type { ChangedClaim } from './ownership/changed.ts';
import { writePending } from './ownership/mirror.ts';
import { noteChange } from './ownership/note-change.ts';
import type { Ports } from './ports.ts';
import { asHolder, type Consent } from './presence/as-holder.ts';
import { keepAlive } from './presence/keep-alive.ts';
import type { Warning } from './warning.ts';

export type Handed = {
  readonly kind: 'handed';
  readonly view: ClaimView;
  readonly hasOrderFiles: boolean;
  readonly warnings: readonly Warning[];
};

/**
 * Hands a claim to another session, so that at no moment nobody holds it.
 *
 * @param to short id or full key of a session that was seen here and is not provably dead; the beginning of one, or a person's
 *   terminal, where only one fits
 * @throws ClaimError `usage` if there is no such session, or several
 */
export async function hand(ports: Ports, text: string, to: string, consent: Consent = null): Promise<Handed | Refusal> {
  const orders = await claimedOrders(ports, [text]);
  const asker = askerOf(ports);
  const receiver = await findSession(ports, asker, to);
  const gather: Gather = async (readings) => {
    const { lease } = await keepAlive(ports, receiver);
    return (order) => ({ holder: receiver, lease, note: noteFor(readings.get(order), asker) });
  };
  const { outcome, warnings: told } = await asHolder(ports, asker, { command: 'hand', orders, consent }, (isStandingIn) =>
    carryOut(ports, { asker, command: 'hand', orders, isStandingIn, gather }),
  );
  const given = outcome.kind === 'changed' ? outcome.claims : await alreadyHanded(ports, asker, orders, receiver);
  if (outcome.kind === 'refused' && given.length === 0) return outcome;
  const warnings = outcome.kind === 'changed' ? outcome.warnings : await writePending(ports, orders);
  for (const one of given) {
    const { order, generation, holder } = one.now.record;
    const path = treeOf(ports, one.now.record);
    bindTree(ports, one.now);
    if (path !== null) ports.worktrees.lock(path, { order, generation, session: holder.id, maker: null });
    noteChange(ports, asker, one);
  }
  const [view] = observe(ports, new Map(given.map(({ now }) => [now.record.order, { kind: 'record', ...now }])), asker);
  const isFiled = await hasOrderFiles(ports);
  return { kind: 'handed', view: view as ClaimView, hasOrderFiles: isFiled, warnings: [...told, ...warnings] };
}

/** The new holder of a blocked claim must know what it waits for. */
function noteFor(reading: Reading | undefined, asker: Identity): string {
  const reason = reading?.kind === 'record' && reading.record.state === 'blocked' ? reading.record.note : null;
  return handedNote(asker.id, reason);
}

/** Returns claims that this command, killed after its swap, has handed over already. Only the rest of the work remains. */
async function alreadyHanded(
  ports: Ports,
  asker: Identity,
  orders: readonly OrderId[],
  receiver: Holder,
): Promise<ChangedClaim[]> {
  const histories = await Promise.all(orders.map((order) => ports.registry.history(order, 2)));
  return histories.flatMap(([now, before]) => {
    const isHanded = now?.record.action === 'hand' && now.record.holder.key === receiver.key;
    return isHanded && before?.record.holder.key === asker.key ? [{ before: now, now, isAlready: true }] : [];
  });
}

async function findSession(ports: Ports, asker: Identity, to: string): Promise<Holder> {
  if (to === asker.key || to === asker.id) throw new ClaimError({ code: 'usage', kind: 'hand-to-self', to });
  const known = new Map<string, Holder>();
  const { readings } = await ports.registry.survey();
  for (const reading of currentIn(readings).values())
    if (reading.kind === 'record' && !worksElsewhere(ports, holderIn(reading)))
      known.set(holderIn(reading).key, holderIn(reading));
  for (const session of ports.presence.sessions()) if (session.endedAt === null) known.set(session.key, holderOf(session));
  const isEnded = ports.presence.sessions().some(({ key, id, endedAt }) => endedAt !== null && (key === to || id === to));
  const others = [...known.values()].filter(({ key }) => key !== asker.key);
  const exact = others.filter(({ key, id }) => key === to || id === to);
  const matches = exact.length > 0 || isEnded ? exact : others.filter((holder) => begins(holder, to));
  const living = matches.filter((holder) => sightOf(holder, ports.processes).life.kind !== 'gone');
  const [only, ...more] = living;
  if (only !== undefined && more.length === 0) return only;
  if (more.length > 0) throw new ClaimError({ code: 'usage', kind: 'session-ambiguous', to, keys: living.map(({ key }) => key) });
  const seen = [...known.values()]
    .filter((holder) => holder.key !== asker.key && sightOf(holder, ports.processes).life.kind !== 'gone')
    .map(({ id }) => id);
  const kind = matches.length > 0 || isEnded ? 'session-ended' : 'session-unknown';
  throw new ClaimError({ code: 'usage', kind, to, seen });
}

/** Nobody types a whole id who sees that its beginning is enough. */
function begins({ key, id, person }: Holder, to: string): boolean {
  return to !== '' && (id.startsWith(to) || key.startsWith(to) || person?.terminal === to);
}
