import type { MovedRef } from '../../core/guard/moved-ref.ts';
import type { OrderId } from '../../core/ids.ts';
import type { Identity } from '../../core/session/identity.ts';
import type { SurveyedPath } from '../../ports/path-registry.ts';
import type { Presence } from '../../ports/presence.ts';
import type { Reading, Survey } from '../../ports/registry.ts';
import { notePresence, readerOf } from '../caller/asker.ts';
import { lookForMoves, movedWarning } from '../evidence/moved-refs.ts';
import { withdrawForgotten } from '../ownership/mirror.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';
import { giveSignOfLife } from './sign-of-life.ts';

/** The caller and what it finds. */
export type Arrival = {
  /** Null if no session is known: reading needs none. */
  readonly asker: Identity | null;
  /** The caller's presence as recorded now. */
  readonly presence: Presence | null;
  /** The claims, including answers to challenges that were just written. */
  readonly readings: ReadonlyMap<OrderId, Reading>;
  readonly paths: readonly SurveyedPath[];
  readonly strangers: readonly string[];
  readonly warnings: readonly Warning[];
  /** Refs of claims that moved without their session, for the caller to hear of. */
  readonly moves: readonly MovedRef[];
};

/** How one command differs from the others. */
type Wish = {
  /** A survey that has begun; by default, one of all claims. */
  readonly surveying?: Promise<Survey>;
  /** Whether the survey is of some orders alone. */
  readonly isOfSome?: boolean;
  /** Whether the remote may not be asked or told anything, because nobody waits for it: in hooks of commits. */
  readonly isApart?: boolean;
  /** What git reads at the same time. Nothing is written before it is done. */
  readonly beside?: Promise<unknown>;
  /** What the session says of itself. */
  readonly named?: Partial<Presence>;
};

/**
 * Begins a command: surveys claims, records meanwhile that the caller is here, and then gives the caller's sign of life, which
 * answers challenges.
 *
 * @throws ClaimError `usage` for a broken anchor, and whatever `surveying` and `beside` throw
 */
export async function arrive(
  ports: Ports,
  { surveying = ports.registry.survey(), isOfSome = false, isApart = false, beside, named = {} }: Wish = {},
): Promise<Arrival> {
  const noting = async () => {
    const asker = readerOf(ports);
    return { asker, presence: asker === null ? null : notePresence(ports, asker, named) };
  };
  const [{ asker, presence }, survey] = await Promise.all([noting(), surveying, beside]);
  const signed = await giveSignOfLife(ports, asker, survey, isApart && ports.shared !== null);
  if (!isOfSome) await withdrawForgotten(ports, signed.readings);
  const caller = asker === null || asker.source === 'binding' ? null : asker.key;
  const moves = await lookForMoves(ports, signed, caller, !isOfSome);
  const warnings = [...moves.map(movedWarning), ...signed.warnings];
  return { asker, presence, ...signed, warnings, moves, strangers: survey.strangers };
}
