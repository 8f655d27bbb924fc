import { plainAddress } from '../../../core/remote/address.ts';
import { unfitOf } from '../../../core/remote/named.ts';
import type { Mutex } from '../refs/stale-locks.ts';
import type { Repository } from '../repository.ts';
import type { Remote } from './call.ts';
import { GitRemoteProbe } from './probe.ts';
import { GitPublisher } from './publisher.ts';
import { GitSharedClaims } from './shared-claims.ts';

/** Whoever contacts remotes, and from where. */
export type Contacts = {
  readonly repository: Repository;
  readonly env: NodeJS.ProcessEnv;
  readonly mutex: Mutex;
  /** Where a path begins that was typed. */
  readonly cwd: string;
  readonly isOffline: boolean;
  /** Tells a caller who waits what for. */
  readonly narrate: ((progress: { kind: 'remote'; remote: string; doing: 'fetch' | 'push' }) => void) | undefined;
};

/** Returns the claims that are shared through a remote. */
export function sharedThrough(name: string, prefix: string, contacts: Contacts): GitSharedClaims {
  const { repository, mutex, isOffline } = contacts;
  const settings = (['url', 'pushurl'] as const).flatMap((key) =>
    repository.config.all(`remote.${name}.${key}`).map((text) => ({ remote: name, key, text })),
  );
  return new GitSharedClaims(repository, prefix, remoteOf(name, contacts), mutex, isOffline, unfitOf(name, settings));
}

/** Returns what tries out remotes before claims are shared through one. */
export function remoteProbe(prefix: string, contacts: Contacts): GitRemoteProbe {
  const { repository, cwd } = contacts;
  const connect = (name: string) => remoteOf(name, contacts);
  return new GitRemoteProbe(repository, prefix, cwd, connect, (name, folder) => sharedThrough(name, folder, contacts));
}

/**
 * Returns what publishes branches.
 *
 * @param shared the remote through which claims are shared; null if they are not
 */
export function publisher(shared: string | null, contacts: Contacts): GitPublisher {
  return new GitPublisher(contacts.repository, (name) => remoteOf(name, contacts), shared);
}

/** Returns a remote, with how it is spoken to. */
export function remoteOf(name: string, { env, narrate }: Contacts): Remote {
  return { name, env, onSlow: (doing) => narrate?.({ kind: 'remote', remote: plainAddress(name), doing }) };
}
