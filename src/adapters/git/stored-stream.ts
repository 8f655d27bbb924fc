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
  let [low, high] = [1, 0];
  for (const byte of body) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(high * 65_536 + low);
  return Buffer.concat([...parts, sum]);
}
