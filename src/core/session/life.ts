import { hostsManySessions } from './agents.ts';
import type { Anchor } from './anchor.ts';
import type { Home } from './key.ts';
import type { ProcessInfo, Sighting } from './process.ts';

/**
 * Whether the process that an anchor names still lives. Only `gone` proves death; every doubt is `unknown`. Another
 * host, another boot and another pid namespace count their pids separately, and a cloned or containerised host may show
 * another boot id while the process lives on.
 */
export type Life =
  | { readonly kind: 'alive' }
  | { readonly kind: 'gone'; readonly why: 'exited' | 'reused' | 'zombie' }
  | { readonly kind: 'unknown'; readonly why: 'no-anchor' | 'host' | 'boot' | 'namespace' | 'hidden' };

/** The place from which the caller looks at processes, and how it looks. */
export type Lookout = Home & {
  readonly ns: string;
  /** Returns the process with this pid in this pid namespace. */
  find(pid: number): Sighting;
  /** Returns the processes above the caller's. */
  ancestors(): readonly ProcessInfo[];
};

type Anchored = Home & { readonly anchor: Anchor | null };

export function lifeOf(holder: Anchored, lookout: Lookout): Life {
  return look(holder, lookout).life;
}

/** Looks at the anchor's process once. */
function look(holder: Anchored, lookout: Lookout): { readonly life: Life; readonly found?: ProcessInfo } {
  const blind = blindness(holder, lookout);
  if (blind !== null) return { life: { kind: 'unknown', why: blind } };
  const { pid, start } = holder.anchor as Anchor;
  const found = lookout.find(pid);
  if (found === 'unknown') return { life: { kind: 'unknown', why: 'hidden' } };
  if (found === 'gone') return { life: { kind: 'gone', why: 'exited' } };
  if (found.start !== start) return { life: { kind: 'gone', why: 'reused' } };
  return { life: found.isZombie ? { kind: 'gone', why: 'zombie' } : { kind: 'alive' }, found };
}

/** What is known of a holder's anchor. */
export type AnchorSight = {
  readonly life: Life;
  /** The anchor is one of the processes above the caller's. */
  readonly isAbove: boolean;
  /** The anchor's process runs several sessions side by side, as an agent's server does. */
  readonly hostsMany: boolean;
};

/** Returns what the caller can see of a holder's anchor. */
export function sightOf(holder: Anchored, lookout: Lookout): AnchorSight {
  const { life, found } = look(holder, lookout);
  if (life.kind !== 'alive' || found === undefined) return { life, isAbove: false, hostsMany: false };
  const above = lookout.ancestors().find(({ pid, start }) => pid === found.pid && start === found.start);
  return { life, isAbove: above !== undefined, hostsMany: hostsManySessions(above ?? found) };
}

function blindness(holder: Anchored, lookout: Lookout) {
  if (holder.anchor === null) return 'no-anchor';
  if (holder.host !== lookout.host) return 'host';
  if (holder.boot === null || holder.boot !== lookout.boot) return 'boot';
  if (holder.anchor.ns !== lookout.ns || lookout.ns === 'unknown') return 'namespace';
  return null;
}
