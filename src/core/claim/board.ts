import type { OrderId } from '../ids.ts';
import type { RefReading } from '../record/witness.ts';
import { type ClaimRecord, isLiveRead } from './record.ts';

/** What was read of a ref, as far as it matters here. */
type Read = RefReading<ClaimRecord> | { readonly kind: 'absent' };

/** Claims that have ended, which nobody looks at who does not ask for them. */
export type EndedClaims<Reading> = {
  /** Returns null for an order without an ended claim. */
  find(order: OrderId): Reading | null;
  all(): Iterable<readonly [OrderId, Reading]>;
};

/** All claims of a repository, by order. Those that have ended are looked for only if somebody asks for them. */
export class LongBoard<Reading extends Read> implements ReadonlyMap<OrderId, Reading> {
  /** The claims that have not ended, and what is not understood. */
  readonly current: ReadonlyMap<OrderId, Reading>;
  readonly #ended: EndedClaims<Reading>;
  #all: ReadonlyMap<OrderId, Reading> | null = null;

  constructor(current: ReadonlyMap<OrderId, Reading>, ended: EndedClaims<Reading>) {
    this.current = current;
    this.#ended = ended;
  }

  /** Returns the same board with some claims as they are now. */
  with(changed: ReadonlyMap<OrderId, Reading>): LongBoard<Reading> {
    return new LongBoard(new Map([...this.current, ...changed]), this.#ended);
  }

  get(order: OrderId): Reading | undefined {
    return this.current.get(order) ?? this.#ended.find(order) ?? undefined;
  }

  has(order: OrderId): boolean {
    return this.get(order) !== undefined;
  }

  get size(): number {
    return this.#whole.size;
  }

  entries() {
    return this.#whole.entries();
  }

  keys() {
    return this.#whole.keys();
  }

  values() {
    return this.#whole.values();
  }

  [Symbol.iterator]() {
    return this.#whole.entries();
  }

  forEach(tell: (reading: Reading, order: OrderId, board: ReadonlyMap<OrderId, Reading>) => void): void {
    for (const [order, reading] of this.#whole) tell(reading, order, this);
  }

  /** In the order in which git lists refs. */
  get #whole(): ReadonlyMap<OrderId, Reading> {
    this.#all ??= new Map([...this.current, ...this.#ended.all()].sort(([one], [other]) => (one < other ? -1 : 1)));
    return this.#all;
  }
}

/** Returns what remains of readings without the claims that have ended. */
export function currentIn<Reading extends Read>(readings: ReadonlyMap<OrderId, Reading>): ReadonlyMap<OrderId, Reading> {
  return readings instanceof LongBoard ? readings.current : new Map([...readings].filter(([, reading]) => isCurrent(reading)));
}

/** Returns readings with some live claims as they are now. */
export function withChanged<Reading extends Read>(
  readings: ReadonlyMap<OrderId, Reading>,
  changed: ReadonlyMap<OrderId, Reading>,
): ReadonlyMap<OrderId, Reading> {
  return readings instanceof LongBoard ? readings.with(changed) : new Map([...readings, ...changed]);
}

function isCurrent(reading: Read): boolean {
  return reading.kind !== 'record' || isLiveRead(reading);
}
