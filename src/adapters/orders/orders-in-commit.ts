import { ClaimError } from '../../core/errors.ts';
import type { IdPattern, Oid, OrderId } from '../../core/ids.ts';
import type { OrderList } from '../../core/orders/order.ts';
import type { OrderBook } from '../../ports/order-book.ts';
import { type Git, lastWords } from '../git/process.ts';
import { readObjects } from '../git/read-objects.ts';
import type { Repository } from '../git/repository.ts';
import { GlobbedOrders } from './globbed-orders.ts';
import { HEAD_BYTES_MAX } from './head.ts';
import { patternsOf } from './patterns.ts';
import type { OrderHead } from './read-list.ts';

/** A blob is read as a whole. No order is larger than this. */
const FILE_BYTES_MAX = 1024 * 1024;

/** Where the orders are committed. */
export type OrderTreeish = { readonly commit: Oid; readonly place: string };

/** The order files of a commit: of a configured revision, or of the default branch if there is no main worktree. */
export class OrderTree extends GlobbedOrders implements OrderBook {
  readonly #treeish: () => Promise<OrderTreeish | null>;
  #list: OrderList | null = null;

  /** @param treeish finds the commit; null if there is none yet */
  constructor(
    repository: Repository,
    treeish: () => Promise<OrderTreeish | null>,
    globs: readonly string[],
    idPattern: IdPattern,
  ) {
    super(repository, globs, idPattern);
    this.#treeish = treeish;
  }

  async find(orders: readonly OrderId[]) {
    const { orders: all } = await this.read();
    const titles = this.titles(orders);
    const ids = all.map(({ id }) => id);
    const like = new Map(orders.filter((order) => !titles.has(order)).map((order) => [order, ids] as const));
    return { titles, count: all.length, like };
  }

  fileOf() {
    return null;
  }

  async readNamed(orders: readonly OrderId[]) {
    return (await this.read()).orders.filter(({ id }) => orders.includes(id));
  }

  async settle() {
    // No copy in a worktree is ever written.
  }

  titles(orders: readonly OrderId[]) {
    const known = new Map((this.#list?.orders ?? []).map(({ id, title }) => [id, title]));
    return new Map(orders.flatMap((order) => (known.has(order) ? [[order, known.get(order) ?? null]] : [])));
  }

  async read(): Promise<OrderList> {
    this.#list ??= await this.#read();
    return this.#list;
  }

  async inProgress() {
    return (await this.read()).orders.filter(({ status }) => status === 'in_progress');
  }

  async head(file: string): Promise<string | null> {
    const treeish = await this.#treeish();
    const [found] = treeish === null || file.includes('\n') ? [] : await readObjects(this.#git, [`${treeish.commit}:${file}`]);
    return found?.type === 'blob' ? found.body.toString('utf8', 0, HEAD_BYTES_MAX) : null;
  }

  async file(file: string, text: string): Promise<string> {
    const { writeNewFile } = await import('./new-file.ts');
    return writeNewFile(this.repository.topLevel, file, text);
  }

  get #git(): Git {
    return this.repository.git;
  }

  async #read(): Promise<OrderList> {
    const patterns = await patternsOf(this.globs);
    const treeish = await this.#treeish();
    if (treeish === null) return { orders: [], unnamed: [], missing: patterns.map(({ folder }) => folder), place: 'no commit' };
    const listed = await this.#git([
      'ls-tree',
      '-r',
      '-l',
      '-z',
      '--full-tree',
      treeish.commit,
      '--',
      ...patterns.map(({ folder }) => folder),
    ]);
    if (listed.code !== 0)
      throw new ClaimError({ code: 'git', kind: 'orders-unreadable', place: treeish.place, said: lastWords(listed) });
    const entries = entriesIn(String(listed.stdout)).filter(({ path }) => patterns.some(({ matches }) => matches(path)));
    const small = entries.filter(({ size }) => size <= FILE_BYTES_MAX);
    const blobs = await readObjects(
      this.#git,
      small.map(({ oid }) => oid),
    );
    const bodies = new Map(small.map(({ oid }, at) => [oid, blobs[at]?.body ?? null]));
    const heads = entries.map(({ path, oid, size }) => [path, headOf(bodies.get(oid) ?? null, size)] as const);
    const { readList } = await import('./read-list.ts');
    const missing = patterns
      .map(({ folder }) => folder)
      .filter((folder) => !entries.some(({ path }) => path.startsWith(`${folder}/`)));
    return { ...readList(heads, this.idPattern), missing, place: treeish.place };
  }
}

type Entry = { readonly oid: string; readonly size: number; readonly path: string };

function entriesIn(listed: string): Entry[] {
  return listed.split('\0').flatMap((line) => {
    const match = /^100\d{3} blob ([0-9a-f]+) +(\d+)\t([\s\S]+)$/.exec(line);
    return match === null ? [] : [{ oid: match[1] as string, size: Number(match[2]), path: match[3] as string }];
  });
}

function headOf(body: Buffer | null, size: number): OrderHead {
  if (body === null && size > FILE_BYTES_MAX) return { trouble: { kind: 'too-large', what: 'file', bytesMax: FILE_BYTES_MAX } };
  if (body === null) return { trouble: { kind: 'not-stored' } };
  return { text: body.toString('utf8', 0, Math.min(body.length, HEAD_BYTES_MAX)), isWhole: body.length <= HEAD_BYTES_MAX };
}
