import { mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { claimRef } from '../../../core/claim/refs.ts';
import type { Sync } from '../../../core/claim/view.ts';
import type { CloneId, Oid } from '../../../core/ids.ts';
import { isOnPath, type Subject } from '../../../core/liveness/observation.ts';
import { pathRef, pathRefPrefix } from '../../../core/paths/refs.ts';
import { plainAddress } from '../../../core/remote/address.ts';
import { remoteRefs } from '../../../core/remote/remote-refs.ts';
import { syncOf } from '../../../core/remote/sync.ts';
import type { Contact, LostThere, SharedClaims } from '../../../ports/shared-claims.ts';
import { step } from '../../system/step.ts';
import type { SharedRefs } from '../refs/path-refs.ts';
import { refValue } from '../refs/ref-files.ts';
import type { Mutex } from '../refs/stale-locks.ts';
import type { Swapper } from '../refs/swap.ts';
import type { Repository } from '../repository.ts';
import type { Remote } from './call.ts';
import { cloneIdIn } from './clone-id.ts';
import type { Reach } from './contact.ts';

/** The claims that this repository shares with other clones through `claim.remote`. */
export class GitSharedClaims implements SharedClaims, SharedRefs {
  readonly remote: string;
  #clone: CloneId | null | undefined;
  readonly isOffline: boolean;
  trouble: SharedClaims['trouble'] = null;
  readonly #lost: LostThere[] = [];
  readonly #reach: Reach;

  /** @param isOffline whether the caller goes on without the remote */
  constructor(repository: Repository, prefix: string, remote: Remote, mutex: Mutex, isOffline: boolean) {
    this.remote = plainAddress(remote.name);
    this.#reach = { repository, remote, refs: remoteRefs(remote.name, prefix), prefix, mutex };
    this.isOffline = isOffline;
  }

  get clone(): CloneId | null {
    this.#clone ??= cloneIdIn(this.#reach.repository.commonDir);
    return this.#clone;
  }

  ageMs(): number | null {
    const fetched = statSync(this.#stamp(), { throwIfNoEntry: false });
    if (fetched === undefined) return null;
    const age = Date.now() - fetched.mtimeMs;
    // A time in the future says nothing.
    return age < 0 ? null : age;
  }

  async contact(limitMs?: number): Promise<Contact> {
    const { contactRemote } = await import('./contact.ts');
    const startedMs = Date.now();
    const { found, ...contact } = await contactRemote(this.#reach, limitMs);
    if (contact.kind === 'reached') this.#note(startedMs, found);
    else this.trouble = { said: contact.said };
    return contact;
  }

  takeLost(): readonly LostThere[] {
    return this.#lost.splice(0);
  }

  syncOf(subject: Subject, oid: Oid): Exclude<Sync, 'local'> {
    const { repository, refs, prefix } = this.#reach;
    const ref = isOnPath(subject) ? pathRef(pathRefPrefix(prefix), subject) : claimRef(prefix, subject);
    const [seen, marker] = [refValue(repository, refs.seenOf(ref) as string), refValue(repository, refs.unsentOf(ref))];
    return syncOf({ local: oid, seen, unsent: marker ?? undefined });
  }

  async swapper(): Promise<Swapper> {
    const [{ swapThroughRemote }, { catchUp, lossesOf }] = await Promise.all([
      import('./swap-through-remote.ts'),
      import('./contact.ts'),
    ]);
    const { remote, refs } = this.#reach;
    const shared = {
      remote,
      refs,
      isOffline: this.isOffline,
      catchUp: async () => {
        const startedMs = Date.now();
        const followed = await catchUp(this.#reach);
        if ('said' in followed) return followed;
        this.#note(startedMs, await lossesOf(this.#reach, followed));
        return null;
      },
    };
    return (...swap) => swapThroughRemote(shared, ...swap);
  }

  /** Keeps when the remote was read, as a file's time: reading it begins no earlier. */
  #note(startedMs: number, lost: readonly LostThere[]): void {
    this.trouble = null;
    this.#lost.push(...lost);
    const stamp = this.#stamp();
    step('before file fetched');
    try {
      mkdirSync(dirname(stamp), { recursive: true });
      writeFileSync(stamp, '', { flag: 'a' });
      utimesSync(stamp, startedMs / 1000, startedMs / 1000);
    } catch {
      // Where nothing may be written, the remote is read more often.
    }
    step('after file fetched');
  }

  #stamp(): string {
    const { repository, refs } = this.#reach;
    return join(repository.commonDir, 'claim', 'fetched', refs.seenPrefix.split('/').at(-2) as string);
  }
}
