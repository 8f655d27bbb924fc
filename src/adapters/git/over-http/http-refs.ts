import { indexPack, listServerRefs, readObject } from 'isomorphic-git';
import { ClaimError } from '../../../core/errors.ts';
import { parseOid } from '../../../core/ids.ts';
import { oneLine } from '../../../core/line.ts';
import { MISREAD, misreadType } from '../../../core/record/misread.ts';
import type { HttpAddress } from '../../../core/remote/http-address.ts';
import type { Cut, UnclonedRead, UnclonedRef, UnclonedRefs } from '../../../ports/uncloned-refs.ts';
import { LimitedHttp, LimitReached, oneOf } from './limited-http.ts';
import { memoryFiles } from './memory-files.ts';
import { isPackOfSmall } from './pack-scan.ts';
import { packIn, packRequest } from './packet-lines.ts';

/** More refs than any fleet has live claims. */
const REFS_MAX = 10_000;
/** Of all that is received: records of 10,000 claims with their history take less. */
const RECEIVED = { bytesMax: 64 * 1024 * 1024, ms: 60_000 };
/** Records that are asked for at once, and the most that their history may take. */
const [BATCH, PACK_BYTES_MAX] = [500, 4 * 1024 * 1024];
/** No record is larger: core/record/codec.ts counts characters, of which none takes more than three bytes. */
const OBJECT_BYTES_MAX = 3 * 64 * 1024;

type Read = UnclonedRef['object'];

/**
 * Reads refs of a repository over HTTP, without git. Their names come by the protocol's second version, of which servers send
 * only those with a prefix. The objects come as packs, with the whole history of each record: no server can leave that out. A
 * pack that is larger than its part of the limit is asked for in halves, so that one ref cannot hide the others.
 */
export class HttpRefs implements UnclonedRefs {
  readonly #address: HttpAddress;
  readonly #http: LimitedHttp;

  /** @param authorization the header to send instead of the address's own credentials */
  constructor(address: HttpAddress, authorization: string | null, limits = RECEIVED) {
    this.#address = address;
    this.#http = new LimitedHttp(address.url, authorization ?? basic(address.credentials), limits);
  }

  async read(prefixes: readonly string[], isWanted: (ref: string) => boolean): Promise<UnclonedRead> {
    try {
      const names = await this.#names(prefixes, isWanted);
      const refs = names.slice(0, REFS_MAX);
      const objects = new Map<string, Read>();
      const limit = await this.#objects([...new Set(refs.map(({ oid }) => oid))], objects);
      const cut: Cut | null = names.length > REFS_MAX ? { what: 'refs', max: REFS_MAX } : limit;
      return { refs: refs.map((one) => ({ ...one, object: objects.get(one.oid) ?? { kind: 'not-read' } })), cut };
    } catch (error) {
      const where = { code: 'remote', remote: this.#address.url } as const;
      if (error instanceof LimitReached) throw new ClaimError({ kind: 'remote-limit', ...where, ...error.cut });
      const said = oneLine(saidBy(error)).slice(0, SAID_MAX);
      throw new ClaimError({ kind: 'remote-unread', ...where, said }, { cause: error });
    }
  }

  async #names(prefixes: readonly string[], isWanted: (ref: string) => boolean): Promise<{ ref: string; oid: string }[]> {
    const found: { ref: string; oid: string }[] = [];
    for (const prefix of prefixes) {
      const http = { request: this.#http.request };
      // The request for an object that is none would be another request.
      const listed = await listServerRefs({ http, url: this.#address.url, prefix });
      for (const { ref, oid } of listed)
        if (ref.startsWith(prefix) && isWanted(ref) && parseOid(oid) !== null) found.push({ ref, oid });
    }
    return found;
  }

  /** Reads objects into the map. Returns the limit that ended it, or null if all were read. */
  async #objects(oids: readonly string[], into: Map<string, Read>): Promise<Cut | null> {
    const waiting = [];
    for (let at = 0; at < oids.length; at += BATCH) waiting.push(oids.slice(at, at + BATCH));
    for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
      try {
        const pack = await this.#pack(batch);
        if (pack !== null) await unpack(pack, batch, into);
        else if (batch.length === 1) into.set(batch[0] as string, { kind: 'other', why: MISREAD.tooLarge });
        else waiting.unshift(batch.slice(0, batch.length / 2), batch.slice(batch.length / 2));
      } catch (error) {
        if (error instanceof LimitReached) return error.cut;
        throw error;
      }
    }
    return null;
  }

  /** Returns the pack with these objects and all that they refer to; null if that is too large. */
  async #pack(oids: readonly string[]): Promise<Buffer | null> {
    const url = `${this.#address.url}/git-upload-pack`;
    const headers = { 'content-type': 'application/x-git-upload-pack-request', accept: 'application/x-git-upload-pack-result' };
    const answer = await this.#http.ask({ url, method: 'POST', headers, body: oneOf(packRequest(oids)) });
    if (answer.statusCode !== 200) throw new Error(`HTTP ${answer.statusCode} ${answer.statusMessage}`);
    const pack = await packIn(answer.body as AsyncIterable<Uint8Array>, PACK_BYTES_MAX);
    return pack === null || !isPackOfSmall(pack, OBJECT_BYTES_MAX) ? null : pack;
  }
}

async function unpack(pack: Buffer, oids: readonly string[], into: Map<string, Read>): Promise<void> {
  const fs = memoryFiles();
  const [dir, cache] = ['/', {}];
  const filepath = '.git/objects/pack/pack-received.pack';
  await fs.promises.writeFile(dir + filepath, pack);
  await indexPack({ fs, dir, filepath, cache });
  for (const oid of oids) {
    const { type, object } = await readObject({ fs, dir, oid, cache, format: 'content' });
    const body = Buffer.from(object as Uint8Array).toString('utf8');
    into.set(oid, type === 'tag' ? { kind: 'tag', body } : { kind: 'other', why: misreadType(type) });
  }
}

function basic(credentials: string | null): string | null {
  return credentials === null ? null : `Basic ${Buffer.from(credentials).toString('base64')}`;
}

/** What a server says may be a page. */
const SAID_MAX = 200;

function saidBy(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // An address with several numbers fails with an error for each.
  const first = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  return first.message;
}
