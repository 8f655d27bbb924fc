import { hostsManySessions } from './agents.ts';
import type { Anchor } from './anchor.ts';
import type { Home } from './key.ts';
import type { ProcessInfo, Sighting } from './process.ts';

/**
 * Whether the process an anchor names still lives. Only `gone` is a proof of death; every doubt is `unknown`:
 * pids are counted anew on another host, after another boot and in another pid namespace, and a cloned or containerised host may
 * show another boot id while the process lives on.
 */
export type Life =
  | { readonly kind: 'alive' }
  | { readonly kind: 'gone'; readonly why: 'exited' | 'reused' | 'zombie' }
  | { readonly kind: 'unknown'; readonly why: 'no-anchor' | 'host' | 'boot' | 'namespace' | 'hidden' };

/** The place from which one looks, and how. */
export type Lookout = Home & {
  readonly ns: string;
  /** Returns the process of this pid namespace with that pid. */
  find(pid: number): Sighting;
  /** Returns the processes above the one that looks. */
  ancestors(): readonly ProcessInfo[];
};

type Anchored = Home & { readonly anchor: Anchor | null };

export function lifeOf(holder: Anchored, lookout: Lookout): Life {
  const blind = blindness(holder, lookout);
  if (blind !== null) return { kind: 'unknown', why: blind };
  const { pid, start } = holder.anchor as Anchor;
  const found = lookout.find(pid);
  if (found === 'unknown') return { kind: 'unknown', why: 'hidden' };
  if (found === 'gone') return { kind: 'gone', why: 'exited' };
  if (found.start !== start) return { kind: 'gone', why: 'reused' };
  return found.isZombie ? { kind: 'gone', why: 'zombie' } : { kind: 'alive' };
}

/** What can be told of a holder's anchor. */
export type AnchorSight = {
  readonly life: Life;
  /** It is one of the processes above the one that asks. */
  readonly isAbove: boolean;
  /** It runs several sessions side by side, as an agent's server does. */
  readonly hostsMany: boolean;
};

/** Returns what one can tell of a holder's anchor from here. */
export function sightOf(holder: Anchored, lookout: Lookout): AnchorSight {
  const life = lifeOf(holder, lookout);
  if (life.kind !== 'alive') return { life, isAbove: false, hostsMany: false };
  const { pid, start } = holder.anchor as Anchor;
  const above = lookout.ancestors().find((candidate) => candidate.pid === pid && candidate.start === start);
  const seen = above ?? lookout.find(pid);
  return { life, isAbove: above !== undefined, hostsMany: typeof seen !== 'string' && hostsManySessions(seen) };
}

function blindness(holder: Anchored, lookout: Lookout) {
  if (holder.anchor === null) return 'no-anchor';
  if (holder.host !== lookout.host) return 'host';
  if (holder.boot === null || holder.boot !== lookout.boot) return 'boot';
  if (holder.anchor.ns !== lookout.ns || lookout.ns === 'unknown') return 'namespace';
  return null;
}

/** Says in one clause what is known of a session's process. */
export function lifeClause(life: Life, host: string, pid: number | null): string {
  switch (life.kind) {
    case 'alive':
      return `process ${pid} runs`;
    case 'gone':
      return GONE[life.why](pid);
    case 'unknown':
      return WHY_UNKNOWN[life.why](host, pid);
  }
}

const GONE: Record<Extract<Life, { kind: 'gone' }>['why'], (pid: number | null) => string> = {
  exited: (pid) => `process ${pid} exited`,
  reused: (pid) => `process ${pid} exited (its number belongs to another process now)`,
  zombie: (pid) => `process ${pid} exited (a zombie)`,
};

const WHY_UNKNOWN: Record<Extract<Life, { kind: 'unknown' }>['why'], (host: string, pid: number | null) => string> = {
  'no-anchor': (host) => `host ${host}, no process to watch`,
  host: (host) => `on host ${host}`,
  boot: (host) => `host ${host}, another boot`,
  namespace: () => 'in another container',
  hidden: (_, pid) => `process ${pid} cannot be seen from here`,
};
