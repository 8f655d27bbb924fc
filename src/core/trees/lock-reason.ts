import { isCanonicalOrderId, type OrderId, type SessionId } from '../ids.ts';
import { type Anchor, formatAnchor, parseAnchor } from '../session/anchor.ts';

/** Why a claim's worktree is locked: so that no clean-up removes it, and everybody sees whose it is. */
export type LockReason = {
  readonly order: OrderId;
  readonly generation: number;
  readonly session: SessionId;
  /** The process that is making the worktree; null once it is complete. Until then nobody has been told of it. */
  readonly maker: Anchor | null;
  /** Whether that process is removing it instead. */
  readonly isGoing?: boolean;
};

/** Begins the last part of a lock's reason while its worktree is being made. The post-checkout hook looks for it too. */
export const BEING_MADE = '(being made by process ';
const BEING_REMOVED = '(being removed';

/** Returns the reason as `git worktree list` shows it: `git-claim ORDER-143 generation 4 by claude-7f3a21`. */
export function formatLockReason({ order, generation, session, maker, isGoing }: LockReason): string {
  const removing = `${BEING_REMOVED}${maker === null ? '' : ` by process ${formatAnchor(maker)}`})`;
  const making = maker === null ? '' : `${BEING_MADE}${formatAnchor(maker)})`;
  const doing = isGoing ? removing : making;
  return `git-claim ${order} generation ${generation} by ${session}${doing === '' ? '' : ` ${doing}`}`;
}

/** Returns what a lock says, or null if it is not one of ours. */
export function parseLockReason(text: string): LockReason | null {
  const match =
    /^git-claim ([!-~]+) generation ([0-9]{1,15}) by ([!-~]+?)(?: \(being (made|removed)(?: by process ([!-~]+))?\))?$/.exec(
      text.trim(),
    );
  const order = match?.[1] ?? '';
  if (match === null || !isCanonicalOrderId(order)) return null;
  return {
    order,
    generation: Number(match[2]),
    session: match[3] as SessionId,
    maker: parseAnchor(match[5] ?? ''),
    ...(match[4] === 'removed' ? { isGoing: true } : {}),
  };
}
