import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Oid, parseOid } from '../../../core/ids.ts';
import { writeWhole } from '../files.ts';

/** Of a push whose answer was lost, nobody knows when it arrives. After so many more it does not. */
const OWN_MAX = 16;

/** Returns whether a beat under this clone's id is not ours: another clone has the same id. */
export function isOfOther(beat: Oid | null, file: string): boolean {
  return beat !== null && !ownBeats(file).includes(beat);
}

function ownBeats(file: string): Oid[] {
  try {
    return readFileSync(file, 'latin1')
      .split('\n')
      .flatMap((line) => parseOid(line) ?? []);
  } catch {
    return [];
  }
}

/** Notes a beat as ours. */
export function noteOwn(file: string, oid: Oid): void {
  mkdirSync(dirname(file), { recursive: true });
  writeWhole(file, `${[...ownBeats(file), oid].slice(-OWN_MAX).join('\n')}\n`, 'own beat');
}
