import { type Found, type Symptom, symptom } from '../../core/doctor/symptom.ts';
import { ClaimError } from '../../core/errors.ts';
import { isOnPath } from '../../core/liveness/observation.ts';
import { isPerson } from '../../core/session/identity.ts';
import { readerOf } from '../caller/asker.ts';
import type { Ports } from '../ports.ts';
import { contact } from '../remote/contact.ts';

/** People wait for a diagnosis. */
const CONTACT_MS_MAX = 10_000;

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

/**
 * The same, and whether it can be reached, has what was sent, and still has what it had.
 *
 * @param isFixing sends it what it had, if a person asks: it may be right that it has not
 */
export async function examineContact(ports: Ports, isFixing: boolean): Promise<Found[]> {
  const found = await examineRemote(ports);
  const { shared } = ports;
  if (found.length > 0 || shared === null || shared.isOffline) return found.map(unfixed);
  const { remote } = shared;
  const met = await contact(ports, CONTACT_MS_MAX);
  if (met === null) return [];
  if (met.kind === 'unreachable') return [unfixed(symptom('remote', { what: 'remote-unreachable', remote, said: met.said }))];
  const asker = readerOf(ports);
  const isFixable = asker === null || isPerson(asker);
  const lost = met.rewound.filter((subject) => !isOnPath(subject));
  const restored = isFixing && isFixable && lost.length > 0 ? await shared.restore() : [];
  const doubled = shared.isDoubled() ? [unfixed(symptom('remote', { what: 'clone-doubled', remote }))] : [];
  const waiting = met.waiting.map((subject) => (isOnPath(subject) ? subject.slice(1) : subject));
  return [
    ...doubled,
    ...lost.map((order) => ({
      ...symptom('remote', { what: 'rewound', remote, isFixable }, { order, isFixable }),
      isFixed: restored.some((one) => one === order),
    })),
    ...(waiting.length === 0 ? [] : [unfixed(symptom('remote', { what: 'unsent', remote, names: waiting }))]),
  ];
}

function unfixed(one: Symptom): Found {
  return { ...one, isFixed: false };
}
