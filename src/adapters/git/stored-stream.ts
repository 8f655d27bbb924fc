/** The maximum length of an uncompressed block of a zlib stream. */
const BLOCK_BYTES = 65_535;

/**
 * Returns a zlib stream (RFC 1950, RFC 1951) without compression. Git compresses what it keeps, and
 * loading zlib takes as long as a git process.
 */
export function storedStream(body: Buffer): Buffer {
  const parts: Buffer[] = [Buffer.from([0x78, 0x01])];
  for (let at = 0; at === 0 || at < body.length; at += BLOCK_BYTES) {
    const block = body.subarray(at, at + BLOCK_BYTES);
    const head = Buffer.from([at + BLOCK_BYTES < body.length ? 0 : 1, 0, 0, 0, 0]);
    head.writeUInt16LE(block.length, 1);
    head.writeUInt16LE(~block.length & 0xffff, 3);
    parts.push(head, block);
  }
  const sum = Buffer.alloc(SUM_BYTES);
  sum.writeUInt32BE(adler32(body));
  return Buffer.concat([...parts, sum]);
}

/** Returns what is in such a stream; null if this is another one, or is damaged. */
export function storedIn(stream: Buffer): Buffer | null {
  const parts: Buffer[] = [];
  if (stream.length < 2 || stream.readUInt16BE(0) !== 0x7801) return null;
  for (let [at, isLast] = [2, false]; !isLast; ) {
    if (at + HEAD_BYTES > stream.length) return null;
    const [kind, length] = [stream[at], stream.readUInt16LE(at + 1)];
    if ((kind !== 0 && kind !== 1) || stream.readUInt16LE(at + 3) !== (~length & 0xffff)) return null;
    isLast = kind === 1;
    at += HEAD_BYTES + length;
    parts.push(stream.subarray(at - length, at));
    if (isLast && at + SUM_BYTES !== stream.length) return null;
  }
  const body = Buffer.concat(parts);
  return stream.readUInt32BE(stream.length - SUM_BYTES) === adler32(body) ? body : null;
}

/** A block begins with its kind and, twice, its length. */
const HEAD_BYTES = 5;
const SUM_BYTES = 4;

function adler32(body: Buffer): number {
  let [low, high] = [1, 0];
  for (const byte of body) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return high * 65_536 + low;
}
