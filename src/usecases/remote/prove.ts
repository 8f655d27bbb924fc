import { ClaimError } from '../../core/errors.ts';
import type { Disproof, Proof } from '../../core/failures/remote.ts';
import { disproofsOf, PROOFS } from '../../core/remote/proofs.ts';
import type { NamedRemote, RemoteProbe } from '../../ports/remote-probe.ts';
import type { Contact } from '../../ports/shared-claims.ts';
import { isAskedByAgent } from '../caller/by-agent.ts';
import type { Ports } from '../ports.ts';
import { noteLost } from './contact.ts';

/** A remote that claims are shared through from now on, or would be. */
export type Sharing = {
  /** What `claim.remote` is now. */
  readonly remote: string;
  readonly address: string;
  /** The folder of claim refs, here and there. */
  readonly prefix: string;
  /** What it was proved to do; nothing if it was not tried. */
  readonly proofs: readonly Proof[];
  /** What came of the claims that are here and there already; null if it was not asked. */
  readonly met: Contact | null;
};

/**
 * Finds the remote that claims are to be shared through, and tries it out.
 *
 * @param isTrying false only finds it
 * @throws ClaimError `usage` if it is none, or git moves every ref there; `remote` if it cannot be reached or fails; `illegal` if
 * an agent wants another one than a person has chosen
 */
export async function proveRemote(ports: Ports, text: string, isTrying: boolean): Promise<Sharing> {
  const probe = await ports.remoteProbe();
  const remote = await probe.named(text);
  const { value, address, unfit } = remote;
  const { configured } = probe;
  if (configured !== null && configured !== value && isAskedByAgent(ports))
    throw new ClaimError({ code: 'illegal', kind: 'remote-by-agent', now: ports.shared?.remote ?? '' });
  if (unfit !== null) throw new ClaimError({ code: 'usage', kind: 'remote-unfit', remote: address, why: unfit });
  const sharing = { remote: value, address, met: null };
  const [usual = ''] = probe.prefixes;
  if (!isTrying) return { ...sharing, prefix: usual, proofs: [] };
  const prefix = await takenPrefix(remote, probe);
  if (prefix !== usual && (await hasClaims(ports)))
    throw new ClaimError({ code: 'usage', kind: 'remote-takes-tags', remote: address, prefix: usual, taken: prefix });
  return { ...sharing, prefix, proofs: PROOFS };
}

/** Lets the claims here and those on the remote meet, once it is configured. */
export async function meetRemote(ports: Ports, sharing: Sharing): Promise<Sharing> {
  const shared = (await ports.remoteProbe()).shared(sharing.remote, sharing.prefix);
  const met = await shared.contact();
  noteLost(ports, shared.takeLost());
  return { ...sharing, met };
}

/** Returns the first folder of refs with which the remote passes every trial. */
async function takenPrefix(remote: NamedRemote, probe: RemoteProbe): Promise<string> {
  const failed: (readonly Disproof[])[] = [];
  const left: string[] = [];
  for (const prefix of probe.prefixes) {
    const trials = await probe.tried(remote, prefix);
    const disproofs = disproofsOf(trials);
    if (disproofs.length === 0) return prefix;
    failed.push(disproofs);
    left.push(...trials.left);
    // Another folder helps against nothing else.
    if (!disproofs.some(({ proof }) => proof === 'takes' || proof === 'shows')) break;
  }
  const prefixes = probe.prefixes.slice(0, failed.length);
  const disproofs = failed[0] ?? [];
  throw new ClaimError({ code: 'remote', kind: 'remote-unproved', remote: remote.address, prefixes, disproofs, left });
}

async function hasClaims({ registry }: Ports): Promise<boolean> {
  const { readings, paths } = await registry.survey();
  return readings.size > 0 || paths.length > 0;
}
