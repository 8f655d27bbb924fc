import { mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Witnessed } from '../../../core/claim/record.ts';
import { claimRef } from '../../../core/claim/refs.ts';
import { CLAIM_CODEC } from '../../../core/claim/trailers.ts';
import type { Sync } from '../../../core/claim/view.ts';
import { ClaimError } from '../../../core/errors.ts';
import type { Unfit } from '../../../core/failures/remote.ts';
import { type CloneId, type Oid, type OrderId, parseOid } from '../../../core/ids.ts';
import { isOnPath, type Subject } from '../../../core/liveness/observation.ts';
import { pathRef, pathRefPrefix } from '../../../core/paths/refs.ts';
import { plainAddress } from '../../../core/remote/address.ts';
import { remoteRefs } from '../../../core/remote/remote-refs.ts';
import { syncOf } from '../../../core/remote/sync.ts';
import type { Beaten, Contact, LostThere, SharedClaims } from '../../../ports/shared-claims.ts';
import { step } from '../../system/step.ts';
import { readAtOnce } from '../process.ts';
import { readObjects } from '../read-objects.ts';
import type { SharedRefs } from '../refs/path-refs.ts';
import { plainValue } from '../refs/ref-files.ts';
import type { Mutex } from '../refs/stale-locks.ts';
import { readFound } from '../refs/survey.ts';
import type { Swapper } from '../refs/swap.ts';
import { tagger } from '../refs/tagger.ts';
import type { Repository } from '../repository.ts';
import type { Remote } from './call.ts';
import { cloneIdIn } from './clone-id.ts';
import type { Reach } from './contact.ts';
import { isOfOther } from './own-beats.ts';

/** The claims that this repository shares with other clones through `claim.remote`. */
export class GitSharedClaims implements SharedClaims, SharedRefs {
  readonly remote: string;
  #clone: CloneId | null | undefined;
  readonly isOffline: boolean;
  trouble: SharedClaims['trouble'] = null;
  readonly #lost: LostThere[] = [];
  #beats: ReadonlyMap<CloneId, Oid> = new Map();
  /** Why nothing may be changed through it, as it is configured now; null if everything is well. */
  readonly #unfit: Unfit | null;
  readonly #reach: Reach;
  /** The records that this process wrote. */
  readonly #written = new Set<Oid | 'gone' | null>();
  /** What was seen of the remote, by ref, as it was when it was first needed; null before, and after it may have changed. */
  #seen: ReadonlyMap<string, Oid> | null = null;

  /** @param isOffline whether the caller goes on without the remote */
  constructor(repository: Repository, prefix: string, remote: Remote, mutex: Mutex, isOffline: boolean, unfit: Unfit | null) {
    this.#unfit = unfit;
    this.remote = plainAddress(remote.name);
    this.#reach = { repository, remote, refs: remoteRefs(remote.name, prefix), prefix, mutex };
    this.isOffline = isOffline;
  }

  get clone(): CloneId | null {
    this.#clone ??= cloneIdIn(this.#reach.repository.commonDir);
    return this.#clone;
  }

  ageMs(): number | null {
    const fetched = statSync(this.#file('fetched'), { throwIfNoEntry: false });
    if (fetched === undefined) return null;
    const age = Date.now() - fetched.mtimeMs;
    // A time in the future says nothing.
    return age < 0 ? null : age;
  }

  async contact(limitMs?: number): Promise<Contact> {
    const { contactRemote } = await import('./contact.ts');
    const startedMs = Date.now();
    const { found, beats, ...contact } = await contactRemote(this.#reach, limitMs);
    this.#beats = beats;
    if (contact.kind === 'reached') this.#note(startedMs, found);
    else this.trouble = { said: contact.said };
    return contact;
  }

  async restore(): Promise<readonly OrderId[]> {
    const { restore } = await import('./contact.ts');
    const restored = await restore(this.#reach);
    this.#seen = null;
    return 'said' in restored ? [] : restored;
  }

  beats(): ReadonlyMap<CloneId, Oid> {
    return this.#beats;
  }

  async vouchedBy(beats: ReadonlyMap<CloneId, Oid>): Promise<ReadonlyMap<CloneId, ReadonlySet<string>>> {
    const { readBeats } = await import('./beat.ts');
    return new Map([...(await readBeats(this.#reach.repository, beats))].map(([clone, { vouches }]) => [clone, vouches]));
  }

  async beat(vouches: ReadonlySet<string>, nonce: string): Promise<Beaten> {
    const { clone } = this;
    if (clone === null) return 'not-sent';
    const { pushBeat } = await import('./beat.ts');
    const writer = tagger(this.#reach.repository, this.#reach.remote.env);
    return pushBeat(this.#reach, { clone, file: this.#file('beats'), nonce, tagger: writer }, vouches);
  }

  isDoubled(): boolean {
    if (this.clone === null) return false;
    const { repository, refs } = this.#reach;
    const seen = plainValue(repository, refs.beatOf(this.clone).seen);
    return seen !== 'absent' && seen !== 'unclear' && isOfOther(seen, this.#file('beats'));
  }

  forget(): void {
    step('before file fetched');
    rmSync(this.#file('fetched'), { force: true });
    step('after file fetched');
  }

  async lostHere(order: OrderId): Promise<Witnessed | null> {
    const { repository, refs, prefix } = this.#reach;
    const [found] = await readObjects(repository.git, [refs.lostOf(claimRef(prefix, order))]);
    const reading = found ? readFound(found, CLAIM_CODEC, order) : null;
    return reading?.kind === 'record' ? { oid: reading.oid, previous: reading.previous, record: reading.record } : null;
  }

  takeLost(): readonly LostThere[] {
    return this.#lost.splice(0);
  }

  syncOf(subject: Subject, oid: Oid): Exclude<Sync, 'local'> {
    if (this.#written.has(oid)) return this.isOffline ? 'unconfirmed' : 'confirmed';
    const { refs, prefix } = this.#reach;
    const ref = isOnPath(subject) ? pathRef(pathRefPrefix(prefix), subject) : claimRef(prefix, subject);
    this.#seen ??= seenRefs(this.#reach);
    const unsent = this.#seen.get(refs.unsentOf(ref));
    return syncOf({ local: oid, seen: this.#seen.get(refs.seenOf(ref) as string) ?? null, unsent });
  }

  async swapper(): Promise<Swapper> {
    if (this.#unfit !== null)
      throw new ClaimError({ code: 'usage', kind: 'remote-unfit', remote: this.remote, why: this.#unfit });
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
    return async (...swap) => {
      this.#seen = null;
      const outcome = await swapThroughRemote(shared, ...swap);
      if (outcome.kind === 'applied') for (const { to } of swap[1]) this.#written.add(to);
      return outcome;
    };
  }

  /** Keeps when the remote was read, as a file's time: reading it begins no earlier. */
  #note(startedMs: number, lost: readonly LostThere[]): void {
    this.#seen = null;
    this.trouble = null;
    this.#lost.push(...lost);
    const stamp = this.#file('fetched');
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

  /** Returns a file about this remote. */
  #file(folder: 'fetched' | 'beats'): string {
    const { repository, refs } = this.#reach;
    return join(repository.commonDir, 'claim', folder, refs.seenPrefix.split('/').at(-2) as string);
  }
}

/** Returns everything that was seen of the remote, with one process, however many claims a board shows. */
function seenRefs({ repository, refs }: Reach): ReadonlyMap<string, Oid> {
  const format = '--format=%(objectname) %(refname)';
  const listed = String(readAtOnce(repository.commonDir, ['for-each-ref', format, refs.seenPrefix.slice(0, -1)]));
  return new Map(
    listed.split('\n').flatMap((row) => {
      const [oid, ref] = [parseOid(row.slice(0, row.indexOf(' '))), row.slice(row.indexOf(' ') + 1)];
      return oid === null ? [] : [[ref, oid] as const];
    }),
  );
}
