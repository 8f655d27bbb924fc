import type { OrderId } from '../../core/ids.ts';
import type { Identity } from '../../core/session/identity.ts';
import type { SurveyedPath } from '../../ports/path-registry.ts';
import type { Presence } from '../../ports/presence.ts';
import type { Reading, Survey } from '../../ports/registry.ts';
import { notePresence, readerOf } from '../caller/asker.ts';
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
};

/** How one command differs from the others. */
type Wish = {
  /** A survey that has begun; by default, one of all claims. */
  readonly surveying?: Promise<Survey>;
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
  { surveying = ports.registry.survey(), beside, named = {} }: Wish = {},
): Promise<Arrival> {
  const noting = async () => {
    const asker = readerOf(ports);
    return { asker, presence: asker === null ? null : notePresence(ports, asker, named) };
  };
  const [{ asker, presence }, survey] = await Promise.all([noting(), surveying, beside]);
  const signed = await giveSignOfLife(ports, asker, survey);
  return { asker, presence, ...signed, strangers: survey.strangers };
}
