import { createHash } from 'node:crypto';
import { ClaimError } from '../../core/errors.ts';
import type { Oid } from '../../core/ids.ts';
import { isForbidden } from '../../core/session/sandbox.ts';
import { DURABLY, type Git, lastWords } from './process.ts';

export type ObjectType = 'blob' | 'tree' | 'tag';
export type GitObject = { readonly type: ObjectType; readonly oid: Oid; readonly body: Buffer };
export type ObjectFormat = 'sha1' | 'sha256';

/** Returns the object with the name that git would give it. */
export function gitObject(format: ObjectFormat, type: ObjectType, text: string): GitObject {
  const body = Buffer.from(text, 'utf8');
  const oid = createHash(format).update(`${type} ${body.length}\0`).update(body).digest('hex') as Oid;
  return { type, oid, body };
}

/** A gc removes empty folders of the object store, even one that git has just created for a new object. */
const TRIES_MAX = 5;

/**
 * Writes any number of objects to the object store with one git process: as a pack that git unpacks into loose objects. An
 * existing object keeps its content and becomes younger.
 *
 * @returns null, or git's message if it may not write here
 * @throws ClaimError `git` if git fails for another reason
 */
export async function writeObjects(git: Git, format: ObjectFormat, objects: readonly GitObject[]): Promise<string | null> {
  if (objects.length === 0) return null;
  const input = packOf(format, objects);
  for (let tries = 1; ; tries += 1) {
    const result = await git([...DURABLY, 'unpack-objects', '-q'], { input });
    if (result.code === 0) return null;
    if (isForbidden(result.stderr)) return lastWords(result);
    if (tries === TRIES_MAX) throw new ClaimError({ code: 'git', kind: 'record-not-written', said: lastWords(result) });
  }
}

const PACK_TYPES: Record<ObjectType, number> = { tree: 2, blob: 3, tag: 4 };

/** The pack format of gitformat-pack(5), version 2: a header, each object as type, size and zlib stream, and a checksum. */
function packOf(format: ObjectFormat, objects: readonly GitObject[]): Buffer {
  const header = Buffer.alloc(12);
  header.write('PACK');
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(objects.length, 8);
  const entries = objects.flatMap(({ type, body }) => [typeAndSize(PACK_TYPES[type], body.length), stored(body)]);
  const pack = Buffer.concat([header, ...entries]);
  return Buffer.concat([pack, createHash(format).update(pack).digest()]);
}

/** The maximum length of an uncompressed block of a zlib stream. */
const BLOCK_BYTES = 65_535;

/**
 * Returns a zlib stream (RFC 1950, RFC 1951) without compression. Git compresses what it keeps, and
 * loading zlib takes as long as a git process.
 */
function stored(body: Buffer): Buffer {
  const parts: Buffer[] = [Buffer.from([0x78, 0x01])];
  for (let at = 0; at === 0 || at < body.length; at += BLOCK_BYTES) {
    const block = body.subarray(at, at + BLOCK_BYTES);
    const head = Buffer.from([at + BLOCK_BYTES < body.length ? 0 : 1, 0, 0, 0, 0]);
    head.writeUInt16LE(block.length, 1);
    head.writeUInt16LE(~block.length & 0xffff, 3);
    parts.push(head, block);
  }
  let [low, high] = [1, 0];
  for (const byte of body) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(high * 65_536 + low);
  return Buffer.concat([...parts, sum]);
}

/** Returns three bits of type and four of size in the first byte, then seven bits of size per byte, the lowest first. */
function typeAndSize(type: number, size: number): Buffer {
  const bytes = [(type << 4) | (size & 15)];
  for (let rest = size >> 4; rest > 0; rest >>= 7) {
    bytes[bytes.length - 1] = (bytes.at(-1) as number) | 128;
    bytes.push(rest & 127);
  }
  return Buffer.from(bytes);
}
