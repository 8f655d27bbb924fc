import { currentIn } from '../../core/claim/board.ts';
import { ClaimError } from '../../core/errors.ts';
import { isCanonicalOrderId, type OrderId } from '../../core/ids.ts';
import { holderIn } from '../../core/record/witness.ts';
import type { Identity } from '../../core/session/identity.ts';
import { sessionIdOf } from '../../core/session/key.ts';
import type { Binding } from '../../ports/bindings.ts';
import { isMine, relationTo } from '../evidence/observe.ts';
import type { Ports } from '../ports.ts';
import { claimedOrders, parseOrders } from './spelling.ts';

/** Returns the orders that a sentence mentions, each once. */
export function ordersNamedIn(ports: Ports, text: string): OrderId[] {
  const words = text.split(/[^A-Za-z0-9._-]+/).map((word) => word.replace(/[.-]+$/, ''));
  const named = words.filter((word) => isCanonicalOrderId(word.toUpperCase()) && ports.settings.idPattern.matches(word));
  return parseOrders(ports, named);
}

/**
 * Returns the orders that a holder's command is about: those named, else the one that this worktree is bound to.
 *
 * @throws ClaimError `usage` if none is named and the worktree is bound to none or several; lists what the caller holds
 */
export async function chosenOrders(ports: Ports, asker: Identity, command: string, texts: readonly string[]): Promise<OrderId[]> {
  if (texts.length > 0) return claimedOrders(ports, texts);
  const bound = ports.bindings.read(null);
  const here = await ownBindings(ports, asker, bound);
  const original = ports.worktrees.copiedFrom();
  if (original !== null) throw new ClaimError({ code: 'usage', kind: 'copied-worktree', command, original });
  const [only, ...more] = here;
  if (only !== undefined && more.length === 0) return [only.order];
  const { readings } = await ports.registry.survey();
  const held = [...currentIn(readings).values()].flatMap((reading) =>
    reading.kind === 'record' && isMine(relationTo(ports, { record: { holder: holderIn(reading) } }, asker))
      ? [reading.record.order]
      : [],
  );
  throw new ClaimError({
    code: 'usage',
    kind: 'no-order-here',
    command,
    hasSeveral: here.length > 1,
    bound: bound.map(({ order, key }) => ({ order, session: sessionIdOf(key) })),
    held,
  });
}

/** Returns the orders that this worktree is bound to for the caller. */
export async function boundOrders(ports: Ports, asker: Identity): Promise<OrderId[]> {
  return (await ownBindings(ports, asker, ports.bindings.read(null))).map(({ order }) => order);
}

/** An agent that cleared its context has a new key, while the binding has the old one. Then the record says whose claim it is. */
async function ownBindings(ports: Ports, asker: Identity, bound: readonly Binding[]): Promise<readonly Binding[]> {
  const strange = bound.filter(({ key }) => key !== asker.key && key !== asker.guestOf).map(({ order }) => order);
  if (strange.length === 0) return bound;
  const readings = await ports.registry.read(strange);
  return bound.filter(({ order, key }) => {
    const reading = readings.get(order);
    if (key === asker.key || key === asker.guestOf) return true;
    return reading?.kind === 'record' && isMine(relationTo(ports, { record: { holder: holderIn(reading) } }, asker));
  });
}
