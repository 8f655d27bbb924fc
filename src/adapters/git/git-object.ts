import { createHash } from 'node:crypto';
import type { Oid } from '../../core/ids.ts';

export type ObjectType = 'blob' | 'tree' | 'tag';
export type GitObject = { readonly type: ObjectType; readonly oid: Oid; readonly body: Buffer };
export type ObjectFormat = 'sha1' | 'sha256';

/** Returns the object with the name that git would give it. */
export function gitObject(format: ObjectFormat, type: ObjectType, text: string): GitObject {
  const body = Buffer.from(text, 'utf8');
  const oid = createHash(format).update(`${type} ${body.length}\0`).update(body).digest('hex') as Oid;
  return { type, oid, body };
}
