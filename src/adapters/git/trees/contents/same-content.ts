import { closeSync, lstatSync, openSync, readlinkSync, readSync } from 'node:fs';

/** Files are compared piece by piece: they may be larger than memory. */
const PIECE_BYTES = 1024 * 1024;

/** Returns whether there is a file or a link, which could be kept; a pipe for example has nothing in it. */
export function hasContent(path: Buffer): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true || found?.isSymbolicLink() === true;
}

/**
 * Returns whether two paths hold files of the same bytes, or links to the same place.
 *
 * @throws the file system's error for a file that cannot be read
 */
export function isSameContent(one: Buffer, other: Buffer): boolean {
  const [first, second] = [one, other].map((path) => lstatSync(path, { throwIfNoEntry: false }));
  if (first?.isSymbolicLink() && second?.isSymbolicLink())
    return readlinkSync(one, { encoding: 'buffer' }).equals(readlinkSync(other, { encoding: 'buffer' }));
  if (!(first?.isFile() && second?.isFile()) || first.size !== second.size) return false;
  return isSameBytes(one, other);
}

function isSameBytes(one: Buffer, other: Buffer): boolean {
  const left = openSync(one, 'r');
  try {
    const right = openSync(other, 'r');
    try {
      const [mine, theirs] = [Buffer.alloc(PIECE_BYTES), Buffer.alloc(PIECE_BYTES)];
      for (let at = 0; ; ) {
        const read = readSync(left, mine, 0, PIECE_BYTES, at);
        if (readSync(right, theirs, 0, PIECE_BYTES, at) !== read || !mine.subarray(0, read).equals(theirs.subarray(0, read)))
          return false;
        if (read === 0) return true;
        at += read;
      }
    } finally {
      closeSync(right);
    }
  } finally {
    closeSync(left);
  }
}
