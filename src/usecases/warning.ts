import type { Finding } from '../core/check/finding.ts';
import type { CacheTrouble } from '../core/doctor/symptom.ts';
import type { Trouble } from '../core/failures/failure.ts';
import type { InnerWork, OrderTrouble } from '../core/failures/why.ts';
import type { MovedRef } from '../core/guard/moved-ref.ts';
import type { OrderId, SessionId } from '../core/ids.ts';
import type { Lowered } from '../core/install/gate.ts';
import type { ClaimPath } from '../core/path.ts';
import type { Person } from '../core/session/person.ts';
import type { FailedCommand, LeftOut } from '../core/trees/setup.ts';
import type { BaseDoubt } from '../ports/branches.ts';
import type { Loss } from '../ports/losses.ts';
import type { MirrorNews } from '../ports/mirror.ts';
import type { Cut } from '../ports/uncloned-refs.ts';
import type { Mended } from '../ports/worktrees.ts';

/** Something that a person should know and that did not stop the command, as data. `text/warnings.ts` words it. */
export type Warning =
  | { readonly code: 'no-order-file' | 'no-commits' | 'binding' | 'setup-untrusted'; readonly order: OrderId }
  /** `near`: the order that was probably meant by one that nobody knows. */
  | { readonly code: 'near-miss'; readonly order: OrderId; readonly near: OrderId }
  | { readonly code: 'no-helper' }
  /** `said`: why there is no cache, and so no event log. */
  | { readonly code: 'no-event-log'; readonly said: string }
  /**
   * `off`: the `core.hooksPath` that had switched hooks off; null if they were removed or displaced. `at`: when a helper put them
   * back (RFC 3339); null if this command did.
   */
  | { readonly code: 'hooks-mended'; readonly off: string | null; readonly at: string | null }
  | ({ readonly code: 'gate-lowered' } & Lowered)
  /** Git runs no hook of ours in this worktree, or for this command: `path` is its own `core.hooksPath`. */
  | { readonly code: 'hooks-off'; readonly path: string; readonly scope: 'command' | 'worktree' }
  /** The clone's own `claim.remote`, and the one of .gitclaim. */
  /** Claims were shared through a remote, and no longer are. */
  | { readonly code: 'unshared'; readonly remote: string }
  | { readonly code: 'other-remote'; readonly own: string; readonly committed: string }
  | { readonly code: 'no-driver'; readonly trouble: Extract<CacheTrouble, { kind: 'no-driver' }> }
  /** A folder of `claim.orders` that does not exist; `place` as in {@link OrderList}. */
  | { readonly code: 'no-orders'; readonly folder: string; readonly place: string | null }
  | { readonly code: 'broken-order'; readonly order: string; readonly file: string; readonly trouble: OrderTrouble }
  | { readonly code: 'unnamed-order'; readonly file: string; readonly trouble: OrderTrouble }
  | { readonly code: 'duplicate-order'; readonly order: string; readonly files: readonly string[] }
  /** How many more warnings of a kind there are. */
  | { readonly code: 'broken-order' | 'unnamed-order' | 'duplicate-order'; readonly more: number }
  | { readonly code: 'stashed'; readonly order: OrderId; readonly branch: string; readonly count: number }
  | { readonly code: 'uncommitted' | 'hidden-work'; readonly order: OrderId; readonly files: readonly string[] }
  | { readonly code: 'inner-work'; readonly order: OrderId; readonly inner: readonly InnerWork[] }
  /** `said`: the last line that the hook printed. */
  | { readonly code: 'checkout-hook'; readonly order: OrderId; readonly said: string }
  | { readonly code: 'work-saved'; readonly mended: Mended }
  /** The order was completed before with unmerged work that its branch no longer has. */
  | { readonly code: 'earlier-work'; readonly order: OrderId; readonly ref: string }
  | { readonly code: 'lost'; readonly loss: Loss }
  /** `taker` and `reason` are null if nobody claims the path now. */
  | { readonly code: 'lost'; readonly path: ClaimPath; readonly taker: SessionId | null; readonly reason: string | null }
  | { readonly code: 'moved'; readonly move: MovedRef }
  /** The caller goes on with what was claimed at a terminal that has closed. */
  | { readonly code: 'returned'; readonly order: OrderId; readonly from: SessionId; readonly person: Person | null }
  /** `agent`: the one whose session the variable names, and which does not run here. */
  | { readonly code: 'unheeded'; readonly variable: string; readonly agent: string }
  | { readonly code: 'legacy'; readonly order: OrderId; readonly file: string }
  | { readonly code: 'collision'; readonly finding: Finding }
  | { readonly code: 'slow-tree'; readonly path: string; readonly ms: number }
  | { readonly code: 'intent'; readonly session: SessionId | null; readonly at: string; readonly message: string }
  | { readonly code: 'foreign-ref'; readonly ref: string }
  /** Not everything that a remote has was read. */
  | { readonly code: 'remote-cut'; readonly cut: Cut }
  /** `ageMs`: how old what is known of the remote is; null if it was never read. */
  | { readonly code: 'remote-stale'; readonly remote: string; readonly ageMs: number | null; readonly said: string | null }
  /** The claim was lost while its branch was on its way to the remote, which has it now. */
  | { readonly code: 'pushed-unfenced'; readonly order: OrderId; readonly remote: string; readonly taker: SessionId | null }
  /** Another clone beats on the remote under this one's id, as a copy of its disk would. */
  | { readonly code: 'clone-doubled'; readonly remote: string }
  /** `sinceMs`: how long ago the remote last confirmed these claims of the caller's; null if that is unknown. */
  | {
      readonly code: 'unconfirmed';
      readonly orders: readonly OrderId[];
      readonly remote: string;
      readonly sinceMs: number | null;
    }
  /** `branch`: that of the claim; `actual`: that of its worktree, null for none. `role`: what the work there is to the claim. */
  | {
      readonly code: 'other-branch';
      readonly order: OrderId;
      readonly branch: string;
      readonly actual: string | null;
      readonly role: 'adopted' | 'counts' | 'ignored';
    }
  /** `missing`: how many commits of the remote's default branch the local one lacks. */
  | { readonly code: 'base-diverged'; readonly local: string; readonly remote: string; readonly missing: number }
  /** `newer`: the branch that contains the one that the remote's HEAD names; null if that one is gone. */
  | { readonly code: 'base-stale'; readonly remote: string; readonly named: string; readonly newer: string | null }
  /** Its worktree lies inside another one, whose git would stage it. */
  | { readonly code: 'not-ignored'; readonly order: OrderId; readonly path: string; readonly failure: Trouble }
  | { readonly code: 'setup-failed'; readonly order: OrderId; readonly why: SetupTrouble }
  | { readonly code: 'unchecked' | 'given-back' | 'hooks-astray'; readonly failure: Trouble }
  | { readonly code: 'unanswered'; readonly subject: OrderId | ClaimPath; readonly failure: Trouble }
  /** `failure` is null if another session has the claim now. */
  | { readonly code: 'not-released'; readonly order: OrderId; readonly failure: Trouble | null }
  | { readonly code: 'not-mirrored'; readonly order: OrderId; readonly mirror: string; readonly failure: Trouble }
  | { readonly code: 'mirrored'; readonly order: OrderId; readonly news: MirrorNews };

export const NO_HELPER: Warning = { code: 'no-helper' };

/** Returns the warning for an answer that is made from the event log and the presence of sessions; none if there is a cache. */
export function withoutLog(trouble: CacheTrouble | null): Warning[] {
  return trouble === null ? [] : [{ code: 'no-event-log', said: trouble.said }];
}

/** Returns the warning of a ref among the claims that has not the name of one. */
export function strangerWarning(ref: string): Warning {
  return { code: 'foreign-ref', ref };
}

/** Returns the warnings of orders that nobody knows, and of which another spelling was probably meant. */
export function nearMisses(asked: { readonly near: ReadonlyMap<OrderId, OrderId> } | null): Warning[] {
  return Array.from(asked?.near ?? [], ([order, near]) => ({ code: 'near-miss' as const, order, near }));
}

/** Returns the warning of what a check found. */
export function findingWarning(finding: Finding): Warning {
  const { about, session } = finding;
  if (about.what !== 'intent') return { code: 'collision', finding };
  return { code: 'intent', session: session as SessionId | null, at: about.intent.at, message: about.intent.message };
}

/** Returns the warning of a base that may not be what people expect. */
export function baseWarning(doubt: BaseDoubt): Warning {
  if (doubt.kind === 'diverged') return { code: 'base-diverged', ...facts(doubt) };
  return { code: 'base-stale', ...facts(doubt) };
}

function facts<Doubt extends BaseDoubt>({ kind: _, ...rest }: Doubt): Omit<Doubt, 'kind'> {
  return rest;
}

/** Why a worktree is not ready to work in. */
export type SetupTrouble =
  | { readonly kind: 'busy'; readonly pid: number }
  /** `planned`: it could not be noted, before the worktree was made, that it needs a setup. */
  | { readonly kind: 'planned'; readonly failure: Trouble }
  | { readonly kind: 'begun'; readonly failure: Trouble }
  | { readonly kind: 'left-out'; readonly files: readonly LeftOut[] }
  | { readonly kind: 'command'; readonly command: string; readonly end: FailedCommand };
