/*
 * The packet lines of git's protocol (gitprotocol-pack(5)): four hex digits with the length of a line, themselves included, then
 * the line. `0000` ends a section.
 */

/** Returns the request for the objects, with all that they refer to, as a pack. */
export function packRequest(oids: readonly string[]): Buffer {
  const wants = oids.map((oid, at) => `want ${oid}${at === 0 ? ' side-band-64k ofs-delta agent=git-claim' : ''}\n`);
  return Buffer.from(`${wants.map(packetLine).join('')}0000${packetLine('done\n')}`);
}

/**
 * Reads the pack in an answer, which comes on band 1. Band 2 is for people, band 3 says why there is none.
 *
 * @param lengthMax the pack may be no longer
 * @returns null if it is longer
 */
export async function packIn(pieces: AsyncIterable<Uint8Array>, lengthMax: number): Promise<Buffer | null> {
  const pack: Buffer[] = [];
  let length = 0;
  for await (const line of linesIn(pieces)) {
    const band = line[0];
    if (band === 1) {
      length += line.length - 1;
      if (length > lengthMax) return null;
      pack.push(line.subarray(1));
    } else if (band === 3) throw new Error(line.toString('utf8', 1).trim());
    else if (line.subarray(0, 4).toString('latin1') === 'ERR ') throw new Error(line.toString('utf8', 4).trim());
  }
  return Buffer.concat(pack);
}

function packetLine(text: string): string {
  return (text.length + 4).toString(16).padStart(4, '0') + text;
}

/** @throws Error for an answer that is not in packet lines, or does not end with the end of a section */
export function assertPacketLines(answer: Buffer): void {
  let length = -1;
  let at = 0;
  for (; at < answer.length; at += Math.max(length, 4)) length = lengthAt(answer, at);
  if (at !== answer.length || length !== 0) throw cutOff();
}

function lengthAt(bytes: Buffer, at: number): number {
  const digits = bytes.toString('latin1', at, at + 4);
  if (!/^[0-9a-f]{4}$/i.test(digits)) throw new Error('its answer is not that of a repository');
  return Number.parseInt(digits, 16);
}

async function* linesIn(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  let last = -1;
  for await (const piece of pieces) {
    rest = rest.length === 0 ? Buffer.from(piece) : Buffer.concat([rest, piece]);
    while (rest.length >= 4) {
      const length = lengthAt(rest, 0);
      // Lengths below 4 separate sections.
      const end = Math.max(length, 4);
      if (rest.length < end) break;
      if (length > 4) yield rest.subarray(4, length);
      last = length;
      rest = rest.subarray(end);
    }
  }
  if (rest.length > 0 || last !== 0) throw cutOff();
}

function cutOff(): Error {
  return new Error('its answer was cut off');
}
