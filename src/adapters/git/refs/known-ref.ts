import { type ClaimRecord, isLiveState } from '../../../core/claim/record.ts';
import { type Oid, parseOid } from '../../../core/ids.ts';
import type { PathRecord } from '../../../core/paths/record.ts';
import type { TagReader } from '../../../core/record/codec.ts';
import { isClaimShaped, isHolderShaped, isPathShaped } from '../../../core/record/shape.ts';
import type { RecordRead, RefReading } from '../../../core/record/witness.ts';
import type { Holder } from '../../../core/session/holder.ts';
import { readObjectNow } from '../read-objects.ts';
import { claimOfValues, pathOfValues, valuesOfClaim, valuesOfPath } from './record-values.ts';
import type { SharedParts } from './shared-parts.ts';
import { readFound, type SurveyedRef, unknown } from './survey.ts';

/** What a record is of. A claim that has ended is told apart, so that nobody has to look at its record. */
export const ENDED = 'E';
const LIVE = 'L';
const PATH = 'P';
/** Follows what a record is of and its holder's place, if it was taken from somebody. */
const TAKEN = 'T';

/** Where records of which something is known can be read again, and what they share. */
export type KnownFrom = { readonly commonDir: string; readonly parts: SharedParts };

type Said = Omit<RecordRead<object>, 'oid'>;
type Reader = TagReader<unknown, unknown>;

/**
 * A ref whose record is known: the line in which git lists it, a tab, what the record is of and who holds it, and what it says.
 * That is decoded when somebody looks at it. If it cannot be, the record itself is read.
 */
export class KnownRef implements SurveyedRef {
  readonly kind = 'record';
  readonly #line: string;
  readonly #tab: number;
  readonly #from: KnownFrom;
  #reader: readonly [Reader, unknown] | null = null;
  #said: Said | null = null;

  /** @param tab where the listed line ends */
  constructor(line: string, tab: number, from: KnownFrom) {
    this.#line = line;
    this.#tab = tab;
    this.#from = from;
  }

  get ref(): string {
    return refIn(this.#line.slice(0, this.#tab));
  }

  /** It holds the record of an order, and not of a path. */
  get isOrder(): boolean {
    return this.#kind !== PATH;
  }

  /** Of a claim that has ended, this itself is what was read: most boards have many, and nobody looks at them. */
  read<Record, Of>(reader: TagReader<Record, Of>, of: Of): RefReading<Record> {
    this.#reader = [reader as Reader, of];
    return (this.isEnded ? this : lookedAt(this)) as RefReading<object> as RefReading<Record>;
  }

  get isEnded(): boolean {
    return this.#kind === ENDED;
  }

  get oid(): Oid {
    return this.#line.slice(0, this.#line.indexOf(' ')) as Oid;
  }

  get previous(): Oid | null {
    return this.#read.previous;
  }

  get record(): object {
    return this.#read.record;
  }

  /** Who holds the claim; null if the line does not say. */
  get holder(): Holder | null {
    try {
      const place = Number.parseInt(this.#line.slice(this.#tab + 2, this.#line.indexOf('[', this.#tab)), 10);
      const holder = this.#from.parts.part(place);
      return isHolderShaped(holder) ? (holder as Holder) : null;
    } catch {
      return null;
    }
  }

  /** Whether it was taken from somebody. */
  get isTaken(): boolean {
    return this.#line[this.#line.indexOf('[', this.#tab) - 1] === TAKEN;
  }

  get #kind(): string {
    return this.#line[this.#tab + 1] as string;
  }

  get #read(): Said {
    this.#said ??= this.#decoded() ?? this.#readAgain();
    return this.#said;
  }

  /** Returns null if the line says nothing that a record could say. */
  #decoded(): Said | null {
    try {
      const said = JSON.parse(this.#line.slice(this.#line.indexOf('[', this.#tab))) as [Oid | null, unknown[]];
      const [previous, values] = said;
      const record = (this.isOrder ? claimOfValues : pathOfValues)(values, this.#from.parts);
      const isRight = (this.isOrder ? isClaimShaped : isPathShaped)(record);
      return isRight && (previous === null || parseOid(previous) !== null) ? { previous, record } : null;
    } catch {
      return null;
    }
  }

  #readAgain(): Said {
    const found = readObjectNow(this.#from.commonDir, this.oid);
    const [reader, of] = this.#reader as readonly [Reader, unknown];
    const reading = found === null ? null : readFound(found, reader, of);
    if (reading?.kind !== 'record') throw unknown(this.ref);
    return { previous: reading.previous, record: reading.record as object };
  }
}

/** Returns a reading that can be copied. */
function lookedAt(known: KnownRef): RefReading<object> {
  return {
    kind: 'record',
    oid: known.oid,
    isEnded: false,
    isTaken: known.isTaken,
    get holder() {
      return known.holder ?? (known.record as { readonly holder: Holder }).holder;
    },
    get previous() {
      return known.previous;
    },
    get record() {
      return known.record;
    },
  };
}

/** Returns the line of a ref whose record was read. */
export function knownLine(listed: string, { previous, record }: Said, parts: SharedParts): string {
  const of = record as ClaimRecord | PathRecord;
  // A path claim has no state: when it ends, its ref is deleted.
  const kind = 'path' in of ? PATH : isLiveState(of.state) ? LIVE : ENDED;
  const values = 'path' in of ? valuesOfPath(of, parts) : valuesOfClaim(of, parts);
  const whose = `${parts.placeOf(of.holder)}${of.takenFrom === null ? '' : TAKEN}`;
  return `${listed}\t${kind}${whose}${JSON.stringify([previous, values])}`;
}

/** Returns the ref of a listed line: its last word. */
export function refIn(listed: string): string {
  return listed.slice(listed.lastIndexOf(' ') + 1);
}

/** Returns the ref of a known line. */
export function refOfLine(line: string): string {
  return refIn(line.slice(0, line.indexOf('\t')));
}

export function oidOfLine(line: string): string {
  return line.slice(0, line.indexOf(' '));
}

/** Returns whether a known line is of a claim that has ended. */
export function isOfEnded(line: string): boolean {
  return line[line.indexOf('\t') + 1] === ENDED;
}
