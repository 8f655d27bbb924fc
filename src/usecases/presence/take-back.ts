import type { OrderId } from '../../core/ids.ts';
import { type Holder, holderOf } from '../../core/session/holder.ts';
import type { Identity } from '../../core/session/identity.ts';
import { bindTree, treeOf } from '../caller/tree.ts';
import { carryOut } from '../ownership/carry-out.ts';
import type { ChangedClaim } from '../ownership/changed.ts';
import { noteChange } from '../ownership/note-change.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';
import { keepAlive } from './keep-alive.ts';

/** The claims that came over, and what the person is told of it. */
export type TakenBack = { readonly claims: readonly ChangedClaim[]; readonly warnings: readonly Warning[] };

/**
 * Takes claims of a terminal that has closed over to the one at which the same person asks, all or none. Takes none if another
 * session holds one of them by now.
 *
 * @param orders whose holders are `returned` to the caller
 * @throws ClaimError as {@link carryOut}
 */
export async function takeBack(ports: Ports, asker: Identity, orders: readonly OrderId[]): Promise<TakenBack> {
  if (orders.length === 0) return { claims: [], warnings: [] };
  const gather = async () => {
    const { lease } = await keepAlive(ports, holderOf(asker));
    return () => ({ lease });
  };
  const outcome = await carryOut(ports, { asker, command: 'take', orders, gather });
  if (outcome.kind === 'refused') return { claims: [], warnings: [] };
  const told: Warning[] = [];
  for (const one of outcome.claims) {
    if (one.before !== null) told.push(moveIn(ports, asker, one, one.before.record.holder));
  }
  return { claims: outcome.claims, warnings: [...told, ...outcome.warnings] };
}

/** Ties the worktree to the new terminal. */
function moveIn(ports: Ports, asker: Identity, one: ChangedClaim, from: Holder): Warning {
  const { order, generation, holder } = one.now.record;
  const path = treeOf(ports, one.now.record);
  bindTree(ports, one.now);
  if (path !== null) ports.worktrees.lock(path, { order, generation, session: holder.id, maker: null });
  noteChange(ports, asker, one);
  return { code: 'returned', order, from: from.id, person: from.person };
}
