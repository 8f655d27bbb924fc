import { type CloneId, type Oid, parseCloneId } from '../ids.ts';
import { oneLine } from '../line.ts';
import type { Tagger } from '../record/codec.ts';
import { MARK_DIGITS } from './mark.ts';

/** What a clone says of itself on the remote, again and again. */
export type Beat = {
  readonly clone: CloneId;
  /** How many there were before; for people. */
  readonly count: number;
  /** The records whose holders were alive when it was written, each by its mark (`mark.ts`). */
  readonly vouches: ReadonlySet<string>;
};

/** A beat vouches for no more records, so that it is no larger than a record. Holders of more are found by challenges. */
const VOUCHES_MAX = 2_500;

const MARKS_A_LINE = 5;
const BEAT_BYTES_MAX = 64 * 1024;

/**
 * Returns the body of an annotated tag of the empty tree: hosts keep it as they keep records, and it has no history that would
 * grow.
 *
 * @param nonce so that two clones with one id never write the same
 */
export function encodeBeat({ clone, count, vouches }: Beat, nonce: string, nothing: Oid, tagger: Tagger): string {
  const marks = [...vouches].slice(0, VOUCHES_MAX);
  const rows = Array.from({ length: Math.ceil(marks.length / MARKS_A_LINE) }, (_, at) =>
    marks.slice(at * MARKS_A_LINE, (at + 1) * MARKS_A_LINE).join(' '),
  );
  const name = (text: string) => oneLine(text.replace(/[<>]/g, ' ')) || 'git-claim';
  const header = [
    `object ${nothing}`,
    'type tree',
    `tag claims-beat/${clone}`,
    `tagger ${name(tagger.name)} <${name(tagger.email)}> ${tagger.epochSeconds} +0000`,
  ];
  const trailers = [`Claim-Beat: ${count}`, `Clone: ${clone}`, `Nonce: ${nonce}`, ...rows.map((row) => `Vouches: ${row}`)];
  return [...header, '', `beat ${count}`, '', ...trailers, ''].join('\n');
}

/** Reads the body of a tag as the beat of a clone; null if it is none. */
export function decodeBeat(body: string, clone: CloneId): Beat | null {
  if (body.length > BEAT_BYTES_MAX || parseCloneId(clone) === null) return null;
  const values = (key: string) =>
    [...body.matchAll(new RegExp(`^${key}: ([0-9a-f ]+)$`, 'gm'))].map(([, value]) => value as string);
  const [count] = values('Claim-Beat');
  if (count === undefined || !/^[0-9]{1,15}$/.test(count) || values('Clone')[0] !== clone) return null;
  const marks = values('Vouches').flatMap((row) => row.split(' ').filter((mark) => mark.length === MARK_DIGITS));
  return { clone, count: Number(count), vouches: new Set(marks) };
}
