import { ClaimError } from '../core/errors.ts';
import { isPerson } from '../core/session/identity.ts';
import type { KeptWork } from '../ports/kept-work.ts';
import { readerOf } from './caller/asker.ts';
import type { Ports } from './ports.ts';

/** Returns the work that refs keep here, the newest first. */
export async function keptWork(ports: Ports): Promise<readonly KeptWork[]> {
  return ports.kept.list();
}

/**
 * Returns what a person who wants to drop kept work names: a ref, or its end such as `ORDER-143/1a2b3c4d`.
 *
 * @throws ClaimError `illegal` for an agent, `usage` if no such work is kept
 */
export async function keptNamed(ports: Ports, name: string): Promise<KeptWork> {
  const asker = readerOf(ports);
  if (asker !== null && !isPerson(asker)) throw new ClaimError({ code: 'illegal', kind: 'drop-by-agent' });
  const found = (await ports.kept.list()).find(({ ref }) => ref === name || (name.includes('/') && ref.endsWith(`/${name}`)));
  if (found === undefined) throw new ClaimError({ code: 'usage', kind: 'not-kept', text: name });
  return found;
}

/**
 * Drops kept work.
 *
 * @throws ClaimError `git` if the ref is still there
 */
export async function dropKept(ports: Ports, work: KeptWork): Promise<void> {
  if (!(await ports.kept.drop(work))) throw new ClaimError({ code: 'git', kind: 'kept-not-dropped', ref: work.ref });
}
