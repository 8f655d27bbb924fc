import type { Command } from '../../core/claim/transitions.ts';
import type { OrderId } from '../../core/ids.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Identity } from '../../core/session/identity.ts';
import type { PathChange, StandingPath } from '../../ports/path-registry.ts';
import type { ClaimChange, Reading } from '../../ports/registry.ts';
import type { Ports } from '../ports.ts';
import { composeOrder, type Details, type Plan, withPaths } from './plan-order.ts';
import { moveAttached, pathsAfter } from './plan-paths.ts';

/** Works out what the records to write will say, or why nothing is to be written, from what stands now and from why claims may be taken. */
export type Gather = (
  readings: ReadonlyMap<OrderId, Reading>,
  reasons: ReadonlyMap<OrderId, string>,
) => Promise<((order: OrderId) => Details) | Refusal>;

/** What was decided of orders and of paths, and from what. */
type Decided = {
  readonly plans: readonly Plan[];
  readonly readings: ReadonlyMap<OrderId, Reading>;
  /** One for each plan. */
  readonly nonces: readonly string[];
  /** The issue that the session works on. */
  readonly linear: string | null;
  /** All path claims; null where none is concerned. */
  readonly standing: readonly StandingPath[] | null;
  /** What becomes of the paths that were asked for. */
  readonly wished: readonly PathChange[];
};

/** What a swap is to do. */
export type Composed = {
  readonly kind: 'composed';
  readonly changes: readonly ClaimChange[];
  readonly paths: readonly PathChange[];
};

/** Composes the records of what was decided; the paths of orders move with them. */
export async function composeChanges(
  ports: Ports,
  asker: Identity,
  command: Command,
  { plans, readings, nonces, linear, standing, wished }: Decided,
  gather: Gather,
): Promise<Composed | Refusal> {
  const isWriting = plans.some(({ decision }) => decision.kind === 'write');
  const reasons = new Map(plans.flatMap(({ order, because }) => (because === null ? [] : [[order, because] as const])));
  const detailsOf = isWriting ? await gather(readings, reasons) : () => ({});
  if (typeof detailsOf !== 'function') return detailsOf;
  const attached = standing === null ? [] : await moveAttached(ports, asker, plans, standing, detailsOf);
  const wishedKeys = new Set(wished.map(({ key }) => key));
  const paths = [...wished, ...attached.filter(({ key }) => !wishedKeys.has(key))];
  const changes = plans.map((plan, at) => {
    const after = standing === null ? null : pathsAfter(plan.order, standing, paths);
    const full = after === null ? plan : withPaths(plan, after, paths);
    const record = composeOrder(ports, asker, command, full, nonces[at] as string, { linear, detailsOf, paths: after });
    return { order: plan.order, expected: plan.before, record };
  });
  return { kind: 'composed', changes, paths };
}
