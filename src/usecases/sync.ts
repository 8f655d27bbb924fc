import { ClaimError } from '../core/errors.ts';
import type { Contact } from '../ports/shared-claims.ts';
import type { Ports } from './ports.ts';
import { refuseOffline } from './push.ts';
import { contact } from './remote/contact.ts';

/** What a look at the remote changed here and there. */
export type Synced = { readonly kind: 'synced'; readonly remote: string } & Omit<
  Extract<Contact, { readonly kind: 'reached' }>,
  'kind'
>;

/**
 * Lets the claims here follow those on the remote, and sends what was claimed without it.
 *
 * @throws ClaimError `usage` if claims are not shared, `remote` if the remote cannot be reached
 */
export async function sync(ports: Ports): Promise<Synced> {
  const { shared } = ports;
  refuseOffline(ports);
  const outcome = await contact(ports);
  if (shared === null || outcome === null) throw new ClaimError({ code: 'usage', kind: 'no-remote' });
  if (outcome.kind === 'unreachable')
    throw new ClaimError({ code: 'remote', kind: 'remote-unreachable', remote: shared.remote, said: outcome.said });
  const { kind: _, ...changes } = outcome;
  return { kind: 'synced', remote: shared.remote, ...changes };
}
