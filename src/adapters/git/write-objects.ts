import { createHash } from 'node:crypto';
import { ClaimError } from '../../core/errors.ts';
import type { Oid } from '../../core/ids.ts';
import { DURABLY, type Git, lastWords } from './process.ts';

export type ObjectType = 'blob' | 'tag';
export type GitObject = { readonly type: ObjectType; readonly oid: Oid; readonly body: Buffer };
export type ObjectFormat = 'sha1' | 'sha256';

/** Returns the object with the name git would give it. */
export function gitObject(format: ObjectFormat, type: ObjectType, text: string): GitObject {
  const body = Buffer.from(text, 'utf8');
  const oid = createHash(format).update(`${type} ${body.length}\0`).update(body).digest('hex') as Oid;
  return { type, oid, body };
}

/** A gc removes folders of the object store that are empty, also one that git has just made for an object it is about to put there. */
const TRIES_MAX = 5;

/**
 * Writes objects to the object store with one git process, however many they are: as a pack that git unpacks into loose objects.
 * An object that is there already is left as it is, its age renewed.
 *
 * @throws ClaimError `git` when git refuses for another reason than missing permission, which is returned
 * @returns null, or what git said when it may not write here
 */
export async function writeObjects(git: Git, format: ObjectFormat, objects: readonly GitObject[]): Promise<string | null> {
  if (objects.length === 0) return null;
  const input = packOf(format, objects);
  for (let tries = 1; ; tries += 1) {
    const result = await git([...DURABLY, 'unpack-objects', '-q'], { input });
    if (result.code === 0) return null;
    if (isDenied(result.stderr)) return lastWords(result);
    if (tries === TRIES_MAX) throw new ClaimError({ code: 'git', kind: 'record-not-written', said: lastWords(result) });
  }
}

/** Tells whether git failed because this process may not write: a read-only disk, or the sandbox a coding agent's shell runs in. */
export function isDenied(stderr: string): boolean {
  // The one place where git's words are read: it has no exit code for it, and all three texts are the C library's.
  return /Read-only file system|Permission denied|Operation not permitted|insufficient permission/.test(stderr);
}

/** The pack format of gitformat-pack(5), version 2: a header, each object as a zlib stream behind its type and size, and a checksum. */
function packOf(format: ObjectFormat, objects: readonly GitObject[]): Buffer {
  const header = Buffer.alloc(12);
  header.write('PACK');
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(objects.length, 8);
  const entries = objects.flatMap(({ type, body }) => [typeAndSize(type === 'tag' ? 4 : 3, body.length), stored(body)]);
  const pack = Buffer.concat([header, ...entries]);
  return Buffer.concat([pack, createHash(format).update(pack).digest()]);
}

/** What a block of a zlib stream holds at most where nothing is compressed. */
const BLOCK_BYTES = 65_535;

/** A zlib stream (RFC 1950, RFC 1951) of bytes as they are: git compresses what it keeps, and to load zlib takes as long as a git process. */
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

/** Three bits of type and four of size in the first byte, then seven bits of size in each further one, the lowest first. */
function typeAndSize(type: number, size: number): Buffer {
  const bytes = [(type << 4) | (size & 15)];
  for (let rest = size >> 4; rest > 0; rest >>= 7) {
    bytes[bytes.length - 1] = (bytes.at(-1) as number) | 128;
    bytes.push(rest & 127);
  }
  return Buffer.from(bytes);
}
