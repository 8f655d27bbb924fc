import { ClaimError } from '../../core/errors.ts';
import type { Instant } from '../../core/time.ts';
import type { Contact, LostThere } from '../../ports/shared-claims.ts';
import { lossOf } from '../caller/losses.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';

/** A reading command waits no longer than this for the remote. */
const READING_MS_MAX = 2_000;

/**
 * Reads the remote if nothing did for `claim.remoteMaxAge`, before a command shows claims. If it cannot be reached, the command
 * shows what is known here, and says how old it is.
 *
 * @param maxAgeMs how old it may be; `claim.remoteMaxAge` by default
 */
export async function freshen(ports: Ports, maxAgeMs = ports.settings.remoteMaxAgeMs): Promise<void> {
  if (isFresh(ports, maxAgeMs)) return;
  // The first time everything comes, and nothing is known that could be shown instead.
  await contact(ports, ports.shared?.ageMs() === null ? undefined : READING_MS_MAX);
}

/**
 * Reads the remote before a command is refused because of something that may have changed there.
 *
 * @returns whether it was read now, so that the command may be decided again
 * @throws ClaimError `remote` if it cannot be reached
 */
export async function freshened(ports: Ports): Promise<boolean> {
  if (isFresh(ports)) return false;
  return (await reached(ports)) !== null;
}

/**
 * Reads the remote before something that others rely on: what is published, or counts as done.
 *
 * @throws ClaimError `remote` if it cannot be reached
 */
export async function confirmed(ports: Ports): Promise<void> {
  if (ports.shared?.isOffline !== true) await reached(ports);
}

async function reached(ports: Ports): Promise<Contact | null> {
  const outcome = await contact(ports);
  if (outcome === null || outcome.kind === 'reached') return outcome;
  throw new ClaimError({ code: 'remote', kind: 'remote-unreachable', remote: ports.shared?.remote ?? '', said: outcome.said });
}

/** Reads the remote, lets the claims here follow, and records what sessions of this clone lost. Null if nothing is shared. */
export async function contact(ports: Ports, limitMs?: number): Promise<Contact | null> {
  const { shared } = ports;
  if (shared === null) return null;
  const began = ports.clock.instant();
  const outcome = await shared.contact(limitMs);
  noteLost(ports, shared.takeLost());
  if (outcome.kind === 'reached') await noteRead(ports, began);
  return outcome;
}

/** Records what the read has shown of other clones. What is there is as old as its beginning, and new at its end. */
async function noteRead(ports: Ports, began: Instant): Promise<void> {
  const { shared, remoteSightings } = ports;
  if (shared === null) return;
  const beats = new Map([...shared.beats()].filter(([clone]) => clone !== shared.clone));
  const known = remoteSightings.beats();
  const changed = new Map([...beats].filter(([clone, oid]) => known.get(clone) !== oid));
  const vouched = [...(await shared.vouchedBy(changed)).values()].flatMap((marks) => [...marks]);
  remoteSightings.noteRead({ began, ended: ports.clock.now(), beats, vouched });
}

/** Records the losses of claims that were made without the remote, for their sessions to hear of. */
export function noteLost(ports: Ports, lost: readonly LostThere[]): void {
  const losses = lost.flatMap(({ lost: { holder }, now }) =>
    now === null || now.holder.key === holder.key ? [] : [lossOf(now, holder.key)],
  );
  if (losses.length > 0) ports.losses.note(losses);
  // That their refs lead elsewhere now is nobody's doing here.
  const orders = lost.map(({ order }) => order);
  if (orders.length > 0) ports.refMemory.remember([], orders);
}

/** Returns the warnings that what was shown is older than it should be, and that others take this clone for another one. */
export function staleness({ shared }: Ports): Warning[] {
  if (shared === null) return [];
  const doubled: Warning[] = shared.isDoubled() ? [{ code: 'clone-doubled', remote: shared.remote }] : [];
  if (shared.trouble === null) return doubled;
  return [...doubled, { code: 'remote-stale', remote: shared.remote, ageMs: shared.ageMs(), said: shared.trouble.said }];
}

function isFresh({ shared, settings }: Ports, maxAgeMs = settings.remoteMaxAgeMs): boolean {
  if (shared === null || shared.isOffline) return true;
  const ageMs = shared.ageMs();
  return ageMs !== null && ageMs < maxAgeMs;
}
