import { formatDuration } from '../core/time.ts';
import type { Warning } from '../usecases/warning.ts';

/** Two clones with one id: what that means. */
export const DOUBLED =
  "another clone beats there under this one's id, so neither this clone nor others can tell whose claims are whose";

/** What to do about it. */
export const DOUBLED_REMEDY =
  'in the copy: rm "$(git rev-parse --git-common-dir)/claim/clone" gives it an id of its own; what was claimed there stays with the other one';

/** Says that nobody knows whether claims still are the caller's. */
export function unconfirmedSentence({ orders, remote, sinceMs }: Extract<Warning, { code: 'unconfirmed' }>): string {
  const since = sinceMs === null ? '' : ` for ${formatDuration(sinceMs)}`;
  const them = orders.length === 1 ? 'it is' : 'they are';
  return `${orders.join(', ')}: ${remote} has not confirmed${since} that ${them} still yours; work and commit, and push when it can be reached`;
}
