import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { orderOfRef } from '../../../core/claim/refs.ts';
import type { OrderId } from '../../../core/ids.ts';
import { formatAnchor } from '../../../core/session/anchor.ts';
import type { KeptRows, Near } from '../../../ports/kept-rows.ts';
import type { Repository } from '../repository.ts';

/** Beyond, one survey is cheaper than so many refs read by name. */
const ORDERS_MAX = 600;

/** The last line of each file, without which it is not whole. */
export const ROWS_WHOLE = 'whole';

/** Reads the rows as files, and believes them if packed-refs is the very file that they were made from, as hooks do. */
export class GitKeptRows implements KeptRows {
  readonly #repository: Repository;
  readonly #prefix: string;

  constructor(repository: Repository, prefix: string) {
    this.#repository = repository;
    this.#prefix = prefix;
  }

  ordersNear({ keys, anchor, branch }: Near): ReadonlySet<OrderId> | null {
    try {
      if (!this.#areKept()) return null;
      const rows = this.#read('live');
      const end = `${ROWS_WHOLE}\n`;
      if (rows.toString('latin1', Math.max(0, rows.length - end.length)) !== end) return null;
      const shared = [
        ...keys.map((key) => ` Session-Key: ${key} `),
        ...(branch === null ? [] : [` Branch: ${branch} `]),
        ...(anchor === null ? [] : [` Anchor: ${formatAnchor(anchor)} `]),
      ];
      const orders = new Set([...this.#loose(), ...shared.flatMap((text) => this.#ordersWith(rows, text))]);
      return orders.size <= ORDERS_MAX && this.#areKept() ? orders : null;
    } catch {
      // Rows that cannot be read are none.
      return null;
    }
  }

  #areKept(): boolean {
    const { commonDir, refFormat } = this.#repository;
    if (refFormat !== 'files' || !existsSync(join(commonDir, 'claim/rows'))) return false;
    const statOf = (name: string) => statSync(join(commonDir, name), { bigint: true });
    const [link, packed, live] = [statOf('claim/rows/packed-refs'), statOf('packed-refs'), statOf('claim/rows/live')];
    const isSame = link.ino === packed.ino && link.dev === packed.dev && packed.mtimeNs <= live.mtimeNs;
    return isSame && String(this.#read('prefix')) === `${this.#prefix}\n`;
  }

  #read(name: string): Buffer {
    return readFileSync(join(this.#repository.commonDir, 'claim/rows', name));
  }

  #loose(): OrderId[] {
    const folder = join(this.#repository.commonDir, this.#prefix);
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names.flatMap((name) => orderOfRef(this.#prefix, `${this.#prefix}${name}`) ?? []);
  }

  #ordersWith(rows: Buffer, text: string): OrderId[] {
    const orders: OrderId[] = [];
    for (let at = rows.indexOf(text); at >= 0; at = rows.indexOf(text, at + 1)) {
      const [, ref = ''] = rows.toString('utf8', rows.lastIndexOf('\n', at) + 1, at + text.length).split(' ', 2);
      const order = orderOfRef(this.#prefix, ref);
      if (order !== null) orders.push(order);
    }
    return orders;
  }
}
