import { closeSync, constants, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { OrderId } from '../../core/ids.ts';
import { oneLine } from '../../core/line.ts';
import type { OrderTitles } from '../../ports/order-titles.ts';

export const DEFAULT_ORDERS = 'orders/**/*.md';

/** Front matter is short; what lies beyond this is not read. */
const HEAD_BYTES_MAX = 16 * 1024;

/** Markdown files whose names begin with the order's id, in the folder that `claim.orders` starts with. */
export class OrderFiles implements OrderTitles {
  readonly #folder: string;

  /**
   * @param mainDir the main work tree, whose copies of the files count
   * @param pattern `claim.orders`: its part before the first wildcard is the folder
   */
  constructor(mainDir: string, pattern: string) {
    const fixed = pattern.split('/').slice(
      0,
      pattern.split('/').findIndex((part) => /[*?[]/.test(part)),
    );
    this.#folder = join(mainDir, ...fixed);
  }

  find(orders: readonly OrderId[]) {
    if (orders.length === 0 || !existsSync(this.#folder)) return { titles: new Map<OrderId, string | null>(), hasOrders: false };
    const files = markdownIn(this.#folder).map((path) => ({ path, name: basename(path, '.md').toUpperCase() }));
    const titles = new Map<OrderId, string | null>();
    for (const order of orders) {
      const file = files.find(({ name }) => isFileOf(order, name));
      if (file !== undefined) titles.set(order, titleIn(headOf(join(this.#folder, file.path))));
    }
    return { titles, hasOrders: files.length > 0 };
  }
}

function markdownIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .sort();
  } catch {
    return [];
  }
}

/** @param name the file's without its ending, in upper case */
function isFileOf(order: OrderId, name: string): boolean {
  return name === order || (name.startsWith(order) && /^[^A-Z0-9.]|^\.(?![0-9])/.test(name.slice(order.length)));
}

function headOf(file: string): string {
  const bytes = Buffer.alloc(HEAD_BYTES_MAX);
  try {
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return bytes.toString('utf8', 0, readSync(descriptor, bytes));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return '';
  }
}

/** The front matter's title, else the first heading. */
function titleIn(head: string): string | null {
  const front = /^---\r?\n([\s\S]*?)\r?\n---/.exec(head)?.[1] ?? '';
  const plain = /^title:[ \t]+(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'|>&*!{[#][^\n]*))[ \t]*$/m.exec(front);
  const title = plain?.[1] ?? plain?.[2] ?? plain?.[3] ?? /^# +(.+)$/m.exec(head)?.[1] ?? '';
  return oneLine(title) || null;
}
