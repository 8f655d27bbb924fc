import { createHash } from 'node:crypto';
import { ClaimError } from '../../core/errors.ts';
import { isForbidden } from '../../core/session/sandbox.ts';
import type { GitObject, ObjectFormat, ObjectType } from './git-object.ts';
import { writeLooseObjects } from './loose-objects.ts';
import { DURABLY, lastWords } from './process.ts';
import type { Repository } from './repository.ts';
import { storedStream } from './stored-stream.ts';

/** A gc removes empty folders of the object store, even one that git has just created for a new object. */
const TRIES_MAX = 5;

/**
 * Writes any number of objects to the object store, synced to disk. An existing object keeps its content and becomes younger.
 *
 * @returns null, or git's message if it may not write here
 * @throws ClaimError `git` if git fails for another reason
 */
export async function writeObjects(repository: Repository, objects: readonly GitObject[]): Promise<string | null> {
  return objects.length === 0 || writeLooseObjects(repository, objects) ? null : unpack(repository, objects);
}

/** Writes objects with one git process: as a pack that git unpacks into loose objects. */
async function unpack({ git, objectFormat }: Repository, objects: readonly GitObject[]): Promise<string | null> {
  const input = packOf(objectFormat, objects);
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
  const entries = objects.flatMap(({ type, body }) => [typeAndSize(PACK_TYPES[type], body.length), storedStream(body)]);
  const pack = Buffer.concat([header, ...entries]);
  return Buffer.concat([pack, createHash(format).update(pack).digest()]);
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
