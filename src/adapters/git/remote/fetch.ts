import { setTimeout as sleep } from 'node:timers/promises';
import type { RemoteRefs } from '../../../core/remote/remote-refs.ts';
import { lastWords } from '../process.ts';
import { clearStaleLocks, type Mutex } from '../refs/stale-locks.ts';
import type { Repository } from '../repository.ts';
import { callRemote, type Remote } from './call.ts';

/** Why the remote could not be read, in git's words; null if it did not answer in time. */
export type Unreached = { readonly said: string | null };

/** Another fetch of this clone holds the lock of a ref for as long as git writes it. */
const TRIES_MAX = 5;
const RETRY_MS_MAX = 100;

/**
 * Fetches what the remote has into the refs where it is seen, and nothing else: no branch, no tag, no FETCH_HEAD.
 *
 * @returns null if that worked
 */
export async function fetchSeen(
  repository: Repository,
  remote: Remote,
  refs: RemoteRefs,
  mutex: Mutex,
  limitMs?: number,
): Promise<Unreached | null> {
  for (let tries = 1; ; tries += 1) {
    const result = await callRemote(repository, remote, ['fetch', ...ALONE, '--', remote.name, ...refs.refspecs], limitMs);
    if (result === null) return { said: null };
    if (result.code === 0) return null;
    const locked = [...result.stderr.matchAll(LOCKED)].map(([, ref]) => ref as string);
    if (locked.length === 0 || tries === TRIES_MAX) return { said: lastWords(result) };
    await clearStaleLocks(repository, locked, mutex);
    await sleep(Math.random() * RETRY_MS_MAX);
  }
}

const ALONE = [
  ...['--quiet', '--prune', '--no-tags', '--refmap=', '--no-write-fetch-head', '--no-recurse-submodules'],
  ...['--no-auto-maintenance', '--no-show-forced-updates'],
];

const LOCKED = /cannot lock ref '(refs\/claims-remote\/[^']+)'/g;
