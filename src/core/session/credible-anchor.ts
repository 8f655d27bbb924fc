import { ClaimError } from '../errors.ts';
import type { NoLeader } from '../failures/sessions.ts';
import type { Anchor } from './anchor.ts';
import { isOneCommandShell, type ProcessInfo, type Sighting } from './process.ts';

/**
 * A process that the caller named as the session's anchor, and what can be seen of it; or an anchor of another pid namespace, as
 * `git claim run` hands one on to a command in a container, where nobody can look at it.
 */
export type NamedAnchor = { readonly pid: number; readonly process: Sighting } | { readonly handed: Anchor };

/**
 * Parses a pid that `--anchor` or GIT_CLAIM_ANCHOR names.
 *
 * @throws ClaimError `usage`
 */
export function parseAnchorPid(text: string): number {
  if (/^[1-9][0-9]{0,9}$/.test(text)) return Number(text);
  throw new ClaimError({ code: 'usage', kind: 'anchor-not-a-pid', text });
}

/**
 * Returns the named process as an anchor. The caller who names it vouches for it.
 *
 * @throws ClaimError `usage` if the process has ended, or is hidden and could never be proven to have ended
 */
export function namedAnchor(named: NamedAnchor, ns: string): Anchor {
  if ('handed' in named) return named.handed;
  if (named.process === 'unknown') throw new ClaimError({ code: 'usage', kind: 'anchor-unseen', pid: named.pid });
  if (named.process === 'gone' || named.process.isZombie) {
    throw new ClaimError({ code: 'usage', kind: 'anchor-ended', pid: named.pid });
  }
  return anchorOf(named.process, ns);
}

/**
 * Returns a person's anchor: the leader of this process's session, which is the shell of the terminal. A leader that ends with
 * this command would make the session look dead a moment later. So three leaders are refused: this command itself, the git that
 * runs it, and a shell started for one command.
 */
export function terminalAnchor(self: ProcessInfo | null, ancestors: readonly ProcessInfo[], ns: string): Anchor | NoLeader {
  if (self === null) return 'hidden';
  if (self.terminal === null) return 'no-terminal';
  if (self.sessionLeader === self.pid) return 'short-lived';
  const leader = ancestors.find((candidate) => candidate.pid === self.sessionLeader);
  if (leader === undefined || leader.isZombie || leader.terminal === null) return 'hidden';
  return leader.command === 'git' || isOneCommandShell(leader) ? 'short-lived' : anchorOf(leader, ns);
}

export function anchorOf({ pid, start }: ProcessInfo, ns: string): Anchor {
  return { pid, start, ns };
}
