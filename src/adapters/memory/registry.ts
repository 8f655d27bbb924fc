import { byText } from '../../core/by-text.ts';
import type { Witnessed } from '../../core/claim/record.ts';
import { CLAIM_CODEC } from '../../core/claim/trailers.ts';
import type { Oid, OrderId } from '../../core/ids.ts';
import type { Subject } from '../../core/liveness/observation.ts';
import { usedAmong } from '../../core/orders/likeness.ts';
import type { PathChange } from '../../ports/path-registry.ts';
import type { ClaimChange, Reading, Registry, Spellings, Survey, SwapOutcome } from '../../ports/registry.ts';
import { MemoryPathRegistry } from './path-registry.ts';
import { MemoryRecords } from './records.ts';

/** The claim refs without a disk. */
export class MemoryRegistry implements Registry {
  readonly paths = new MemoryPathRegistry();
  readonly #records = new MemoryRecords(CLAIM_CODEC, '0');
  readonly #refs = new Map<OrderId, Oid>();

  async read(orders: readonly OrderId[]): Promise<Map<OrderId, Reading>> {
    return new Map(orders.map((order) => [order, this.#reading(order)]));
  }

  async survey(orders?: readonly OrderId[]): Promise<Survey> {
    const readings = await this.read(orders ?? [...this.#refs.keys()].sort());
    return { readings, strangers: [], paths: orders === undefined ? this.paths.current() : [] };
  }

  async spellings(orders: readonly OrderId[]): Promise<Spellings> {
    const names = [...this.#refs.keys()];
    return { used: usedAmong(orders, names), names };
  }

  isAsSeen(order: OrderId, oid: Oid | null): boolean {
    return (this.#refs.get(order) ?? null) === oid;
  }

  async history(order: OrderId | null, limit: number): Promise<Witnessed[]> {
    const orders = [...this.#refs.keys()].filter((one) => order === null || one === order);
    const records = orders.flatMap((one) => this.#records.chain(this.#refs.get(one) ?? null, one, Number.POSITIVE_INFINITY));
    if (order === null) records.sort((one, other) => byRecordedAt(other, one));
    return records.slice(0, limit);
  }

  async swap(changes: readonly ClaimChange[], paths: readonly PathChange[] = []): Promise<SwapOutcome> {
    if (changes.some(({ order, expected }) => (this.#refs.get(order) ?? null) !== (expected?.oid ?? null)))
      return { kind: 'lost' };
    const pathOids = this.paths.swap(paths);
    if (pathOids === null) return { kind: 'lost' };
    const oids = new Map<Subject, Oid>(pathOids);
    for (const { order, expected, record } of changes) {
      if (record === null) continue;
      const oid = this.#records.add(record, expected);
      this.#refs.set(order, oid);
      oids.set(order, oid);
    }
    return { kind: 'applied', oids, superseded: [] };
  }

  #reading(order: OrderId): Reading {
    const oid = this.#refs.get(order);
    return oid === undefined ? { kind: 'absent' } : this.#records.at(oid, order);
  }
}

const byRecordedAt = byText(({ record }: Witnessed) => record.recordedAt);
