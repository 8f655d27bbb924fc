import { ClaimError } from '../../../core/errors.ts';
import { plainAddress } from '../../../core/remote/address.ts';
import type { PublishedBranch } from '../../../ports/registry.ts';
import type { PushedRef, PushOutcome } from './push.ts';

/** How long a push may take that has work in it. */
export const PUBLISHING_MS_MAX = 600_000;

/** Returns a branch's part of a push. */
export function pushedBranch({ branch, tip, expected }: PublishedBranch): PushedRef {
  return { ref: `refs/heads/${branch}`, expected, to: tip };
}

/** Returns whether the remote has a ref elsewhere than a push expected, so that the push can never be carried out. */
export function hasStrayed(outcome: PushOutcome, ref: string): boolean {
  return outcome.kind === 'answered' && outcome.strayed.has(ref);
}

/**
 * Does nothing unless the remote has a branch elsewhere than a push expected.
 *
 * @throws ClaimError `remote` if it has; nothing was moved then
 */
export function refuseStrayed(outcome: PushOutcome, published: readonly PublishedBranch[]): void {
  const strayed = published.find((one) => hasStrayed(outcome, pushedBranch(one).ref));
  if (strayed === undefined) return;
  const { branch, remote, expected } = strayed;
  const isForced = expected !== undefined;
  throw new ClaimError({ code: 'remote', kind: 'branch-strayed', remote: plainAddress(remote), branch, isForced });
}
