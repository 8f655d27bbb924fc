import type { CloneId, Oid } from '../../core/ids.ts';
import type { Instant, Moment } from '../../core/time.ts';
import type { RemoteRead, RemoteSightings } from '../../ports/remote-sightings.ts';

/** What was read of a remote, without a disk. */
export class MemoryRemoteSightings implements RemoteSightings {
  #last: Instant | null = null;
  #beats: ReadonlyMap<CloneId, Oid> = new Map();
  readonly #heard = new Map<string, Moment>();
  readonly #accepted = new Map<Oid, Instant>();

  noteRead({ began, ended, beats, vouched }: RemoteRead): void {
    this.#last = began;
    this.#beats = new Map(beats);
    for (const mark of vouched) this.#heard.set(mark, ended);
  }

  lastRead(): Instant | null {
    return this.#last;
  }

  beats(): ReadonlyMap<CloneId, Oid> {
    return this.#beats;
  }

  heard(): ReadonlyMap<string, Moment> {
    return new Map(this.#heard);
  }

  noteAccepted(oids: readonly Oid[], began: Instant): void {
    for (const oid of oids) this.#accepted.set(oid, began);
  }

  acceptedAt(oid: Oid): Instant | null {
    return this.#accepted.get(oid) ?? null;
  }
}
