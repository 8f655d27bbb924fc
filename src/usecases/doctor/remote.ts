import { type Symptom, symptom } from '../../core/doctor/symptom.ts';
import { ClaimError } from '../../core/errors.ts';
import type { Ports } from '../ports.ts';

/** Looks at how the remote that claims are shared through is configured here. */
export async function examineRemote(ports: Ports): Promise<Symptom[]> {
  const { shared } = ports;
  if (shared === null) return [];
  const { remote } = shared;
  const probe = await ports.remoteProbe();
  try {
    const { unfit } = await probe.named(probe.configured ?? '');
    return unfit === null ? [] : [symptom('remote', { what: 'remote-unfit', remote, why: unfit })];
  } catch (error) {
    if (!(error instanceof ClaimError) || error.failure.kind !== 'no-such-remote') throw error;
    return [symptom('remote', { what: 'no-such-remote', remote })];
  }
}

/** The same, and whether it can be reached. */
export async function examineContact(ports: Ports): Promise<Symptom[]> {
  const found = await examineRemote(ports);
  if (found.length > 0 || ports.shared === null || ports.shared.isOffline) return found;
  const { remote } = ports.shared;
  const met = await ports.shared.contact(CONTACT_MS_MAX);
  return met.kind === 'reached' ? [] : [symptom('remote', { what: 'remote-unreachable', remote, said: met.said })];
}

/** People wait for a diagnosis. */
const CONTACT_MS_MAX = 10_000;
