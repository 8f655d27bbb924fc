import { isLive } from '../../core/claim/record.ts';
import { type LeaseTerms, personLease } from '../../core/record/lease.ts';
import type { Holder } from '../../core/session/holder.ts';
import { lifeOf } from '../../core/session/life.ts';
import type { ChangedClaim } from '../ownership/changed.ts';
import type { Ports } from '../ports.ts';
import { NO_HELPER, type Warning } from '../warning.ts';

/** Whether a helper keeps a session's claims alive, and the lease that its records may promise therefore. */
export type Keeping = { readonly isHelped: boolean; readonly lease: LeaseTerms };

/** Makes sure that a session has its helper, if it can have one. With a helper, its records promise the short lease. */
export async function keepAlive(ports: Ports, session: Holder): Promise<Keeping> {
  const { lease, helpedLease } = ports.settings;
  const helped = await isHelped(ports, session);
  const own = helped ? helpedLease : lease;
  return { isHelped: helped, lease: session.person === null ? own : personLease(own, ports.settings.personIdleMs) };
}

/** Returns what a session should know whose new claim has no helper. */
export function helpWarnings(ports: Ports, session: Holder, isThere: boolean): Warning[] {
  const { trouble } = ports.cache;
  if (trouble?.kind === 'no-driver') return [{ code: 'no-driver', trouble }];
  // In a container of its own processes nothing is wrong: a helper outside may keep them alive.
  return isThere || lifeOf(session, ports.processes).kind !== 'alive' ? [] : [NO_HELPER];
}

/** Makes sure of that after a command, for a session that still holds something, because its helper may have crashed. */
export async function keepHolding(ports: Ports, session: Holder, claims: readonly ChangedClaim[]): Promise<void> {
  if (claims.some(({ now }) => isLive(now.record))) await isHelped(ports, session);
}

/** Only a session whose process can be watched from here has a helper, because the helper has to know when to end. */
async function isHelped(ports: Ports, session: Holder): Promise<boolean> {
  const { anchor } = session;
  if (anchor === null || lifeOf(session, ports.processes).kind !== 'alive') return false;
  return ports.helper.ensure({ ...session, anchor });
}
