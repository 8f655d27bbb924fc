import { decodeRecord, encodeRecord } from '../../core/claim/codec.ts';
import type { Witnessed } from '../../core/claim/record.ts';
import type { Oid, OrderId } from '../../core/ids.ts';
import type { PathChange } from '../../ports/path-registry.ts';
import type { ClaimChange, Reading, Registry, Survey, SwapOutcome } from '../../ports/registry.ts';
import { MemoryPathRegistry } from './path-registry.ts';

const TAGGER = { name: 'git-claim', email: 'git-claim@localhost', epochSeconds: 0 };
const NOTHING = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391' as Oid;

/** The claim refs without a disk: the same records as texts, under names that only this object knows. */
export class MemoryRegistry implements Registry {
  readonly paths = new MemoryPathRegistry();
  readonly #records = new Map<Oid, string>();
  readonly #refs = new Map<OrderId, Oid>();

  async read(orders: readonly OrderId[]): Promise<Map<OrderId, Reading>> {
    return new Map(orders.map((order) => [order, this.#reading(order)]));
  }

  async survey(orders?: readonly OrderId[]): Promise<Survey> {
    const readings = await this.read(orders ?? [...this.#refs.keys()].sort());
    return { readings, strangers: [], paths: orders === undefined ? this.paths.standing() : [] };
  }

  async history(order: OrderId | null, limit: number): Promise<Witnessed[]> {
    const records = [...this.#refs.keys()].filter((one) => order === null || one === order).flatMap((one) => this.#chain(one));
    if (order === null) records.sort((one, other) => other.record.recordedAt.localeCompare(one.record.recordedAt));
    return records.slice(0, limit);
  }

  async swap(changes: readonly ClaimChange[], paths: readonly PathChange[] = []): Promise<SwapOutcome> {
    if (changes.some(({ order, expected }) => (this.#refs.get(order) ?? null) !== (expected?.oid ?? null)))
      return { kind: 'lost' };
    const pathOids = this.paths.swap(paths);
    if (pathOids === null) return { kind: 'lost' };
    const oids = new Map<OrderId, Oid>();
    for (const { order, expected, record } of changes) {
      if (record === null) continue;
      const target =
        expected === null ? ({ oid: NOTHING, type: 'blob' } as const) : ({ oid: expected.oid, type: 'tag' } as const);
      const oid = (this.#records.size + 1).toString(16).padStart(40, '0') as Oid;
      this.#records.set(oid, encodeRecord(record, target, TAGGER));
      this.#refs.set(order, oid);
      oids.set(order, oid);
    }
    return { kind: 'applied', oids, pathOids, superseded: [] };
  }

  #reading(order: OrderId): Reading {
    const oid = this.#refs.get(order);
    return oid === undefined ? { kind: 'absent' } : this.#at(oid, order);
  }

  #chain(order: OrderId): Witnessed[] {
    const chain: Witnessed[] = [];
    for (let oid = this.#refs.get(order) ?? null; oid !== null; oid = chain.at(-1)?.previous ?? null) {
      const reading = this.#at(oid, order);
      if (reading.kind !== 'record') break;
      chain.push({ oid, previous: reading.previous, record: reading.record });
    }
    return chain;
  }

  #at(oid: Oid, order: OrderId): Exclude<Reading, { kind: 'absent' }> {
    return { ...decodeRecord(this.#records.get(oid) ?? '', order), oid };
  }
}
