import { isLive } from '../../core/claim/record.ts';
import type { LeaseTerms } from '../../core/record/lease.ts';
import type { Holder } from '../../core/session/holder.ts';
import { lifeOf } from '../../core/session/life.ts';
import type { ChangedClaim } from '../ownership/changed.ts';
import type { Ports } from '../ports.ts';

/** How a session's claims are kept alive, and what its records may promise for it. */
export type Keeping = { readonly isHelped: boolean; readonly lease: LeaseTerms };

/** Makes sure that a session has its helper, where it can have one; with it, its records promise the short lease. */
export async function keepAlive(ports: Ports, session: Holder): Promise<Keeping> {
  const { lease, helpedLease } = ports.settings;
  return (await isHelped(ports, session)) ? { isHelped: true, lease: helpedLease } : { isHelped: false, lease };
}

/** The same after a command, for a session that still holds something: this mends a helper that crashed. */
export async function keepHolding(ports: Ports, session: Holder, claims: readonly ChangedClaim[]): Promise<void> {
  if (claims.some(({ now }) => isLive(now.record))) await isHelped(ports, session);
}

/** Only a process that can be watched from here has a helper: nothing else could tell it when to end. */
async function isHelped(ports: Ports, session: Holder): Promise<boolean> {
  const { anchor } = session;
  if (anchor === null || lifeOf(session, ports.processes).kind !== 'alive') return false;
  return ports.helper.ensure({ ...session, anchor });
}
