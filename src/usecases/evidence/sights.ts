import { remembered } from '../../core/remembered.ts';
import { type Anchor, formatAnchor } from '../../core/session/anchor.ts';
import type { Home } from '../../core/session/key.ts';
import { type AnchorSight, type Lookout, sightOf } from '../../core/session/life.ts';
import type { ProcessInfo } from '../../core/session/process.ts';
import type { Ports } from '../ports.ts';

type Anchored = Home & { readonly anchor: Anchor | null };

/** What one look at the processes has shown of holders. */
export type Sights = (holder: Anchored) => AnchorSight;

/**
 * Returns a function that looks at each process only once, however many claims and holders name it, and at the processes above
 * this one once. What it has seen is of the moment at which it was first asked.
 */
export function anchorSights({ processes }: Ports): Sights {
  const lookout = steady(processes);
  const seen = new Map<string, AnchorSight>();
  return remembered((holder: Anchored) => {
    const key = `${holder.host} ${holder.boot} ${holder.anchor === null ? '' : formatAnchor(holder.anchor)}`;
    const sight = seen.get(key) ?? sightOf(holder, lookout());
    seen.set(key, sight);
    return sight;
  });
}

/** Reads what does not depend on the holder once, and not before somebody asks. */
function steady(processes: Lookout): () => Lookout {
  let lookout: Lookout | null = null;
  return () => {
    if (lookout !== null) return lookout;
    const { host, boot, ns } = processes;
    let above: readonly ProcessInfo[] | null = null;
    const ancestors = () => {
      above ??= processes.ancestors();
      return above;
    };
    lookout = { host, boot, ns, find: (pid) => processes.find(pid), ancestors };
    return lookout;
  };
}
