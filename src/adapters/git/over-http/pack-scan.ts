import { inflateSync } from 'node:zlib';

/**
 * Returns whether no object of a pack is larger than that. A pack of some kilobytes may hold objects of gigabytes, so each is
 * inflated with a limit before anything else reads it. A delta says how large its object becomes.
 *
 * @throws Error for a pack that is not one
 */
export function isPackOfSmall(pack: Buffer, bytesMax: number): boolean {
  if (pack.toString('latin1', 0, 4) !== 'PACK') throw new Error('it sent no pack');
  const count = pack.readUInt32BE(8);
  // Each object takes some bytes of the pack, so the count cannot lie far.
  let at = 12;
  for (let object = 0; object < count; object += 1) {
    const header = headerAt(pack, at);
    if (header.size > bytesMax) return false;
    const delta = header.type === OFS_DELTA || header.type === REF_DELTA;
    // The limit holds the whole object, and no more.
    const { buffer, engine } = inflateSync(pack.subarray(header.end), {
      info: true,
      maxOutputLength: bytesMax + 1,
    }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    if (delta && resultSize(buffer) > bytesMax) return false;
    at = header.end + engine.bytesWritten;
  }
  if (pack.length !== at + CHECKSUM) throw cutOff();
  return true;
}

const [OFS_DELTA, REF_DELTA] = [6, 7];
/** The bytes of the checksum at its end. */
const CHECKSUM = 20;

/** Reads the head of an object (gitformat-pack(5)), with what a delta is made from. `end`: where its compressed bytes begin. */
function headerAt(pack: Buffer, start: number): { readonly type: number; readonly size: number; readonly end: number } {
  let at = start;
  let byte = byteAt(pack, at);
  const type = (byte >> 4) & 7;
  let size = byte & 15;
  for (let factor = 16; (byte & 128) !== 0; factor *= 128) {
    byte = byteAt(pack, ++at);
    size += (byte & 127) * factor;
  }
  at += 1;
  if (type === OFS_DELTA) {
    while ((byteAt(pack, at) & 128) !== 0) at += 1;
    at += 1;
  } else if (type === REF_DELTA) at += 20;
  return { type, size, end: at };
}

/** Returns the size that a delta says its object has: its second number. */
function resultSize(delta: Buffer): number {
  let at = 0;
  while ((byteAt(delta, at) & 128) !== 0) at += 1;
  at += 1;
  let size = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = byteAt(delta, at++);
    size += (byte & 127) * factor;
    if ((byte & 128) === 0) return size;
  }
}

function byteAt(bytes: Buffer, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw cutOff();
  return byte;
}

function cutOff(): Error {
  return new Error('its pack was cut off');
}
