import { withChanged } from '../../core/claim/board.ts';
import { ClaimError } from '../../core/errors.ts';
import type { OrderId } from '../../core/ids.ts';
import type { Subject } from '../../core/liveness/observation.ts';
import { type Holder, holderOf } from '../../core/session/holder.ts';
import type { Identity } from '../../core/session/identity.ts';
import { isPlainlyOther, type Relation } from '../../core/session/relation.ts';
import type { SurveyedPath } from '../../ports/path-registry.ts';
import type { Reading } from '../../ports/registry.ts';
import { lossesIn, lossWarning } from '../caller/losses.ts';
import { isMine, relationTo } from '../evidence/observe.ts';
import { carryOut } from '../ownership/carry-out.ts';
import { asHeld, heldAfter, type LiveClaim, liveClaims } from '../ownership/live-claims.ts';
import { writePending } from '../ownership/mirror.ts';
import { noteChanges } from '../ownership/note-change.ts';
import { isUnsigned } from '../ownership/sign-shared.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';
import { keepAlive } from './keep-alive.ts';
import { takeBack } from './take-back.ts';

type Surveyed = { readonly readings: ReadonlyMap<OrderId, Reading>; readonly paths: readonly SurveyedPath[] };

/**
 * Gives a sign of life for every claim of the caller: answers challenges, and writes the current anchor into records whose anchor
 * has exited. Reports what the caller lost. If git cannot write, that is a warning too, and the command continues.
 *
 * @param isSilent whether to write no record: the session's helper does
 * @returns the claims, including the records that were written
 */
export async function giveSignOfLife(
  ports: Ports,
  asker: Identity | null,
  { readings, paths }: Surveyed,
  isSilent = false,
): Promise<Surveyed & { readonly warnings: readonly Warning[] }> {
  if (asker === null) return { readings, paths, warnings: [] };
  const own = liveClaims({ readings, paths }, (holder) => isMine(relationToOwn(ports, asker, holder)));
  ports.sightings.beat(
    own.map(({ subject, claim }) => ({ order: subject, oid: claim.oid })),
    ports.clock.now(),
  );
  // The helper may have crashed.
  if (own.length > 0) await keepAlive(ports, holderOf(asker));
  const losses = lossesIn(readings, asker.key);
  // A new cache does not have them yet.
  ports.losses.note(losses);
  const warnings: Warning[] = [...losses.map(lossWarning), ...(await writePending(ports))];
  const written = new Map<Subject, LiveClaim>();
  const left = isSilent ? [] : liveClaims({ readings, paths }, (holder) => relationToOwn(ports, asker, holder) === 'returned');
  for (const one of await comeBack(ports, asker, left, warnings)) written.set(one.subject, one);
  for (const one of isSilent ? [] : own.filter((held) => hasToSpeak(ports, asker, held))) {
    const now = await speak(ports, asker, one, warnings);
    if (now !== null) written.set(one.subject, now);
  }
  if (ports.shared !== null && own.length > 0) {
    const { unconfirmedWarnings } = await import('../remote/confirmed.ts');
    const held = own.map((one) => written.get(one.subject) ?? one);
    warnings.push(...unconfirmedWarnings(ports, held));
  }
  return { ...(written.size === 0 ? { readings, paths } : withWritten({ readings, paths }, written)), warnings };
}

/**
 * Returns whether a record must be written: to answer a challenge, to follow its session to another anchor, or to tell other
 * clones whose it is, if it was written before claims were shared.
 */
function hasToSpeak(ports: Ports, asker: Identity, { claim: { record } }: LiveClaim): boolean {
  if (record.challenge !== null || isUnsigned(ports, record.holder)) return true;
  const relation = relationToOwn(ports, asker, record.holder);
  return relation === 'resumed' || relation === 'cleared';
}

/** Writes a record again as its holder; returns null if that failed. The next command reports a claim that was lost meanwhile. */
async function speak(ports: Ports, asker: Identity, one: LiveClaim, warnings: Warning[]): Promise<LiveClaim | null> {
  try {
    const outcome = await carryOut(ports, { asker, ...asHeld(one) });
    if (outcome.kind === 'refused') return null;
    noteChanges(ports, asker, outcome);
    return heldAfter(one, outcome);
  } catch (error) {
    if (!(error instanceof ClaimError)) throw error;
    const subject = one.on === 'order' ? one.subject : one.claim.record.path;
    warnings.push({ code: 'unanswered', subject, failure: error.failure });
    return null;
  }
}

/** Takes over what the same person claimed in this worktree from a terminal that has closed. An order brings its paths. */
async function comeBack(ports: Ports, asker: Identity, left: readonly LiveClaim[], warnings: Warning[]): Promise<LiveClaim[]> {
  const taken: LiveClaim[] = [];
  for (const one of left) {
    if (one.on === 'path') {
      const now = await speak(ports, asker, one, warnings);
      if (now !== null) taken.push(now);
      continue;
    }
    const back = await takeBack(ports, asker, [one.subject]);
    warnings.push(...back.warnings);
    taken.push(...back.claims.map(({ now }) => ({ ...one, claim: now })));
  }
  return taken;
}

function withWritten({ readings, paths }: Surveyed, written: ReadonlyMap<Subject, LiveClaim>): Surveyed {
  const orders = new Map<OrderId, Reading>();
  for (const one of written.values()) if (one.on === 'order') orders.set(one.subject, { kind: 'record', ...one.claim });
  const current = paths.map((path): SurveyedPath => {
    const now = written.get(path.key);
    return now?.on === 'path' ? { key: now.subject, reading: { kind: 'record', ...now.claim } } : path;
  });
  return { readings: withChanged(readings, orders), paths: current };
}

/** Returns what the caller is to a holder; `other` also if the caller cannot speak for it. */
function relationToOwn(ports: Ports, asker: Identity, holder: Holder): Relation {
  return isPlainlyOther(holder, asker) ? 'other' : relationTo(ports, { record: { holder } }, asker);
}
