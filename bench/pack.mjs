import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { git } from './repositories.mjs';

/** What every tag of ours leads to in the end: the first record tags the empty tree. */
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** Returns the oid of a tag object. */
export function oidOfTag(body) {
  return createHash('sha1')
    .update(`tag ${Buffer.byteLength(body)}\0${body}`)
    .digest('hex');
}

/** Stores tag objects in one pack, as `git gc` leaves them. */
export function packTags(folder, env, bodies) {
  const head = Buffer.alloc(12);
  head.write('PACK');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(bodies.length, 8);
  const objects = bodies.flatMap((body) => {
    const bytes = Buffer.from(body);
    return [entryHead(bytes.length), deflateSync(bytes, { level: 1 })];
  });
  const pack = Buffer.concat([head, ...objects]);
  git(folder, env, ['index-pack', '--stdin'], Buffer.concat([pack, createHash('sha1').update(pack).digest()]));
}

/** Adds refs to tags to `packed-refs`, as `git pack-refs --all` leaves them. */
export function packRefs(folder, env, refs) {
  git(folder, env, ['pack-refs', '--all']);
  const file = join(folder, '.git/packed-refs');
  const [header, ...lines] = readFileSync(file, 'utf8')
    .trimEnd()
    .split(/\n(?!\^)/);
  const added = refs.map(([ref, oid]) => `${oid} ${ref}\n^${EMPTY_TREE}`);
  const nameOf = (line) => line.slice(41);
  const sorted = [...lines, ...added].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  writeFileSync(file, `${[header, ...sorted].join('\n')}\n`);
}

/** Type and size of an entry: four bits of the size, then seven in each further byte. */
function entryHead(size) {
  const TAG = 4;
  const bytes = [(TAG << 4) | (size & 15)];
  for (let rest = size >> 4; rest > 0; rest >>= 7) {
    bytes[bytes.length - 1] |= 128;
    bytes.push(rest & 127);
  }
  return Buffer.from(bytes);
}
