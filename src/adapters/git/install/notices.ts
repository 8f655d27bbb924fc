import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Lowered } from '../../../core/install/gate.ts';
import type { PassingHooksPath } from '../config.ts';
import { type OtherRemote, otherRemote } from '../other-remote.ts';
import type { Repository } from '../repository.ts';
import { hooksOffHere } from './astray.ts';
import { loweredHere } from './configured-gate.ts';

/** What is not as a person or the repository itself wants it in this clone and worktree. */
export type Notices = {
  /** What is milder than a person left it with `git claim init`. */
  readonly lowered: readonly Lowered[];
  /** The `core.hooksPath` for which git does not run our hooks in this worktree, or for this command; null if it does. */
  readonly hooksOff: PassingHooksPath | null;
  /** Set if the clone names another remote than .gitclaim does. */
  readonly otherRemote: OtherRemote | null;
  /** The remote through which claims were shared, and are not any more, because nothing names one; else null. */
  readonly unshared: string | null;
};

export function noticesHere(repository: Repository): Notices {
  return {
    lowered: loweredHere(repository.config),
    hooksOff: hooksOffHere(repository),
    otherRemote: otherRemote(repository),
    unshared: repository.config.get('claim.remote') === null ? sharedBefore(repository) : null,
  };
}

/** Each contact leaves a file that is named as the remote is in refs. */
function sharedBefore({ commonDir }: Repository): string | null {
  try {
    return readdirSync(join(commonDir, 'claim', 'fetched'))[0] ?? null;
  } catch {
    return null;
  }
}
