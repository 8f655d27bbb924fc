import type { Oid, OrderId } from '../../core/ids.ts';
import type { FreeOrder, FreeOrders } from '../../ports/free-orders.ts';
import type { SqliteCache } from './cache.ts';

/** The table `free_order`. */
export class SqliteFreeOrders implements FreeOrders {
  readonly #cache: SqliteCache;

  constructor(cache: SqliteCache) {
    this.#cache = cache;
  }

  found(fromMs: number, toMs: number): readonly FreeOrder[] {
    const rows = this.#cache.use([], (connection) =>
      connection.prepare<[number, number], Row>(`${SELECT} WHERE found_ms BETWEEN ? AND ? ORDER BY place`).all(fromMs, toMs),
    );
    return rows.map(({ oid, ...order }) => ({ order, oid }));
  }

  remember(free: readonly FreeOrder[], nowMs: number): void {
    this.#cache.write('remember free orders', undefined, (connection) => {
      connection.exec('DELETE FROM free_order');
      const put = connection.prepare('INSERT INTO free_order VALUES (@place, @id, @priority, @createdMs, @oid, @nowMs)');
      for (const [place, { order, oid }] of free.entries()) {
        const { id, priority, createdMs } = order;
        put.run({ place, id, priority, createdMs, oid, nowMs });
      }
    });
  }
}

const SELECT = 'SELECT order_id AS id, priority, created_ms AS "createdMs", oid FROM free_order';

type Row = {
  readonly id: OrderId;
  readonly priority: number | null;
  readonly createdMs: number | null;
  readonly oid: Oid | null;
};
