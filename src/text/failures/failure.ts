import { ClaimError } from '../../core/errors.ts';
import type { Failure, NestedFailure, Trouble, WorktreeNotMade, WorktreeTrouble } from '../../core/failures/failure.ts';
import { oneLine } from '../../core/line.ts';
import { shellWord } from '../shell-word.ts';
import { GIT_WORDS, SANDBOX_NAMES } from './git.ts';
import { ORDER_WORDS } from './orders.ts';
import { PATH_WORDS } from './paths.ts';
import { REMOTE_WORDS } from './remote.ts';
import { SESSION_WORDS } from './sessions.ts';
import { SETTING_WORDS } from './settings.ts';
import { SYSTEM_WORDS } from './system.ts';
import { USAGE_WORDS } from './usage.ts';
import type { Face, Wording, Words } from './wording.ts';
import { WORKTREE_WORDS } from './worktrees.ts';

/** A failure in words. */
export type FailureText = {
  /** The headline with its reasons, as programs read it. */
  readonly message: string;
  readonly headline: string;
  /** Empty unless there are several. People read each on a line of its own. */
  readonly reasons: readonly string[];
  readonly hint: string | null;
};

export function failureText(failure: Failure, face: Face): FailureText {
  const word = WORDS[failure.kind] as (failure: Failure, face: Face) => Wording;
  const { says, reasons = [], hint = null } = word(failure, face);
  return { message: reasons.length === 0 ? says : `${says} (${reasons.join('; ')})`, headline: says, reasons, hint };
}

/** Words anything that was thrown. */
export function errorText(error: unknown, face: Face): FailureText {
  if (error instanceof ClaimError) return failureText(error.failure, face);
  const message = `git-claim failed: ${error instanceof Error ? error.message : String(error)}`;
  return { message, headline: message, reasons: [], hint: null };
}

/** Returns why something did not work, as the end of a sentence. */
export function troubleText(trouble: Trouble, face: Face = 'command'): string {
  return trouble.kind === 'error' ? trouble.said : failureText(trouble, face).message;
}

const NESTED_WORDS: Words<NestedFailure> = {
  'no-worktree-made': ({ failures }, face) => ({
    says: 'no worktree could be made',
    reasons: failures.map((one) => failureText(one, face).message),
    hint: failures[0] === undefined ? null : failureText(failures[0], face).hint,
  }),
  'worktree-not-made': (failure, face) => ({
    says: `the worktree of ${failure.order} could not be made: ${whyNotMade(failure.why, face)} (${fateOf(failure)})`,
    hint: hintFor(failure),
  }),
};

function hintFor({ order, why, sandbox }: WorktreeNotMade): string {
  if (why.kind === 'lost-tree') return `if that folder is gone for good: ${forgetting(why.path)}; then again: git claim ${order}`;
  const here = `claim for this worktree: git claim --no-worktree ${order}`;
  if (sandbox === null) return `fix that and run the command again, or ${here}`;
  const who = sandbox === 'unknown' ? 'what runs this command' : `${SANDBOX_NAMES[sandbox]}'s sandbox`;
  return `${who} may not write there: ${here}; or ask the person to start you in a worktree of its own, in a terminal: git claim run ${order} -- <agent>`;
}

/** Returns the commands that make git forget a locked worktree whose folder is gone. */
export function forgetting(path: string): string {
  return `git worktree unlock ${shellWord(path)} && git worktree prune`;
}

function whyNotMade(why: WorktreeTrouble, face: Face): string {
  if (why.kind === 'being-made') return `another process is still making it (${why.lock})`;
  if (why.kind === 'no-branch') return `branch ${why.branch}: ${why.said ?? 'it has no commit to start from'}`;
  if (why.kind === 'lost-tree') {
    const reason = why.reason === '' ? '' : ` ("${oneLine(why.reason)}")`;
    return `git keeps branch ${why.branch} for ${why.path}, a worktree that is gone and that another tool has locked${reason}`;
  }
  return troubleText(why, face);
}

function fateOf({ fate, taken }: WorktreeNotMade): string {
  if (fate === 'none-taken') return 'it is still yours';
  return `${taken.join(', ')} ${fate === 'given-back' ? 'given back' : 'could not be given back'}`;
}

const WORDS: Words<Failure> = {
  ...GIT_WORDS,
  ...NESTED_WORDS,
  ...ORDER_WORDS,
  ...PATH_WORDS,
  ...REMOTE_WORDS,
  ...SESSION_WORDS,
  ...SETTING_WORDS,
  ...SYSTEM_WORDS,
  ...USAGE_WORDS,
  ...WORKTREE_WORDS,
};
