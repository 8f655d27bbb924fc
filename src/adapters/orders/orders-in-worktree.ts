import { basename, resolve } from 'node:path';
import type { IdPattern, OrderId } from '../../core/ids.ts';
import { orderIdOf } from '../../core/ids.ts';
import { folderOf } from '../../core/orders/globs.ts';
import type { Order, OrderList } from '../../core/orders/order.ts';
import { idInName } from '../../core/orders/read-order.ts';
import type { OrderBook } from '../../ports/order-book.ts';
import { filesBelow } from './files-below.ts';
import { GlobbedOrders } from './globbed-orders.ts';
import { readHead, titleIn } from './head.ts';
import { type Pattern, patternsOf } from './patterns.ts';
import type { OrderHead } from './read-list.ts';

/** As many files are opened in a few milliseconds. Among more, only those are that have no number in their names. */
const OPENED_MAX = 300;

/** The order files of the main worktree, whichever worktree asks: the others have only copies. */
export class OrderFiles extends GlobbedOrders implements OrderBook {
  readonly #found = new Map<OrderId, string | null>();
  /** All files that were just read, if the patterns are so plain that no other may have a title; used once. */
  #read: readonly string[] | null = null;
  /** The files that were listed last. */
  #listed: readonly string[] = [];
  /** Orders with several files, or one that cannot be read. */
  readonly #unclear = new Set<OrderId>();
  /** Orders whose files were read since they were last looked for. */
  readonly #settled = new Set<OrderId>();

  async find(orders: readonly OrderId[]) {
    const { files } = this.#files(await patternsOf(this.globs));
    this.#listed = files;
    for (const order of orders) {
      this.#found.set(order, null);
      this.#settled.delete(order);
    }
    const titles = this.#titlesAmong(orders, files);
    // An id with which no file's name begins may still be in a file's front matter.
    if (files.length > 0 && orders.some((order) => !titles.has(order))) {
      for (const file of files) {
        const head = this.#head(file);
        const id = 'trouble' in head ? null : idIn(head.text, this.idPattern);
        if (id === null || !orders.includes(id) || titles.has(id)) continue;
        titles.set(id, 'trouble' in head ? null : titleIn(head.text));
        this.#found.set(id, file);
      }
    }
    const unfiled = orders.filter((order) => !titles.has(order));
    return { titles, count: files.length, like: new Map(unfiled.map((order) => [order, this.#like(order, files)] as const)) };
  }

  fileOf(order: OrderId): string | null {
    if (!this.#found.has(order)) {
      this.titles([order]);
      if (this.#named(order).length > 1) this.#unclear.add(order);
    }
    return this.#unclear.has(order) ? null : (this.#found.get(order) ?? null);
  }

  async readNamed(orders: readonly OrderId[]) {
    const { readList } = await import('./read-list.ts');
    const files = orders.flatMap((order) => this.#found.get(order) ?? this.fileOf(order) ?? []);
    const heads = [...new Set([...files, ...this.#mayBeCopies(orders)])].map((file) => [file, this.#head(file)] as const);
    const read = readList(heads, this.idPattern).orders.filter(({ id }) => orders.includes(id));
    for (const { id, trouble } of read)
      if (trouble !== null || read.filter((other) => other.id === id).length > 1) this.#unclear.add(id);
    for (const order of orders) this.#settled.add(order);
    return read;
  }

  async settle(orders: readonly OrderId[]) {
    const left = orders.filter((order) => !this.#settled.has(order));
    if (left.length > 0) await this.readNamed(left);
  }

  /** Returns the ids with which the names of files begin, if they have the order's number, and one with the order's own name. */
  #like(order: OrderId, files: readonly string[]): OrderId[] {
    const [, name = '', number = ''] = /^(.*?)[^A-Z0-9_]*0*([0-9]+)$/.exec(order) ?? [];
    const found: OrderId[] = [];
    let hasFamily = false;
    for (const file of files) {
      const upper = basename(file, '.md').toUpperCase();
      const isFamily: boolean = !hasFamily && upper.startsWith(name) && /^[^A-Z_]/.test(upper.slice(name.length));
      if (!isFamily && !upper.includes(number)) continue;
      const id = orderIdOf(idInName(file, this.idPattern) ?? '', this.idPattern);
      if (id === null) continue;
      hasFamily ||= isFamily;
      found.push(id);
    }
    return found;
  }

  /** Returns the listed files whose names are the order's, and whose contents do not deny it. */
  #named(order: OrderId): string[] {
    const files = this.#listed.filter((file) => isFileOf(order, basename(file, '.md').toUpperCase()));
    return files.length < 2 ? files : files.filter((file) => [null, order].includes(this.#idIn(file)));
  }

  /** Returns the id that a file states plainly. */
  #idIn(file: string): OrderId | null {
    const head = this.#head(file);
    return 'trouble' in head ? null : idIn(head.text, this.idPattern);
  }

  /** Returns further files that may be of these orders. */
  #mayBeCopies(orders: readonly OrderId[]): string[] {
    const isFew = this.#listed.length <= OPENED_MAX;
    return this.#listed.filter((file) => {
      const name = basename(file, '.md').toUpperCase();
      if (orders.some((order) => isFileOf(order, name))) return true;
      if (!isFew && /[0-9]/.test(name)) return false;
      const id = this.#idIn(file);
      return id !== null && orders.includes(id);
    });
  }

  titles(orders: readonly OrderId[]) {
    if (orders.length === 0) return new Map<OrderId, string | null>();
    const matches = (path: string) => path.endsWith('.md');
    const plain = this.globs.map((glob) => ({ folder: folderOf(glob), matches, isPlain: true }));
    this.#listed = this.#read ?? this.#files(plain).files;
    this.#read = null;
    return this.#titlesAmong(orders, this.#listed);
  }

  async read(): Promise<OrderList> {
    return this.#readAll(() => true);
  }

  async inProgress(): Promise<readonly Order[]> {
    // A text within the JSON has a backslash before each of its quotes.
    const { orders } = await this.#readAll((json) => json.includes('"status":"in_progress"'));
    return orders.filter(({ status }) => status === 'in_progress');
  }

  /** @param isNeeded returns whether what is known of a file is needed, given its JSON */
  async #readAll(isNeeded: (json: string) => boolean): Promise<OrderList> {
    const patterns = await patternsOf(this.globs);
    const { files, missing } = this.#files(patterns);
    this.#read = patterns.every(({ isPlain }) => isPlain) ? files : null;
    if (files.length === 0) return { orders: [], unnamed: [], missing, place: null };
    const { readFiles } = await import('./read-files.ts');
    const { commonDir, config } = this.repository;
    const places = { commonDir, pathOf: (file: string) => this.#path(file), headOf: (file: string) => this.#head(file) };
    const prefix = config.get('claim.issueprefix') ?? '';
    return { ...(await readFiles(places, files, { pattern: this.idPattern, prefix, isNeeded })), missing, place: null };
  }

  async head(file: string): Promise<string | null> {
    const head = this.#head(file);
    return 'trouble' in head ? null : head.text;
  }

  async file(file: string, text: string): Promise<string> {
    const { writeNewFile } = await import('./new-file.ts');
    return writeNewFile(this.repository.mainDir, file, text);
  }

  #titlesAmong(orders: readonly OrderId[], files: readonly string[]): Map<OrderId, string | null> {
    const named = firstFilesOf(orders, files);
    const titles = new Map<OrderId, string | null>();
    for (const order of orders) {
      const found = named.get(order);
      const head = found === undefined ? null : this.#head(found);
      if (head === null) continue;
      const id = 'trouble' in head ? null : idIn(head.text, this.idPattern);
      if (id !== null && id !== order) continue;
      titles.set(order, 'trouble' in head ? null : titleIn(head.text));
      this.#found.set(order, found ?? null);
    }
    return titles;
  }

  #files(patterns: readonly Pattern[]): { readonly files: string[]; readonly missing: string[] } {
    const files = new Set<string>();
    const missing: string[] = [];
    for (const { folder, matches } of patterns) {
      const below = filesBelow(resolve(this.repository.mainDir, folder));
      if (below === null) missing.push(folder);
      for (const name of below ?? []) {
        const file = folder === '' ? name : `${folder}/${name}`;
        if (matches(file)) files.add(file);
      }
    }
    return { files: [...files], missing };
  }

  /** A name from a listing needs no resolving, but a folder of the settings may. */
  #path(file: string): string {
    const { mainDir } = this.repository;
    return file.includes('..') || file.startsWith('/') ? resolve(mainDir, file) : `${mainDir}/${file}`;
  }

  #head(file: string): OrderHead {
    try {
      return readHead(this.#path(file));
    } catch (error) {
      return { trouble: { kind: 'unreadable', code: (error as NodeJS.ErrnoException).code } };
    }
  }
}

/** Returns the id that front matter states plainly, without a YAML parser. */
function idIn(head: string, pattern: IdPattern): OrderId | null {
  const text =
    /^\ufeff?---[ \t]*\r?\n(?:(?!---)[^\n]*\n)*?(?:id|identifier):[ \t]+["']?([\w.-]+)["']?[ \t]*(?:#[^\n]*)?\r?$/im.exec(
      head,
    )?.[1];
  return text === undefined ? null : orderIdOf(text, pattern);
}

/** Returns the first file of each order that has one by its name. */
function firstFilesOf(orders: readonly OrderId[], files: readonly string[]): ReadonlyMap<OrderId, string> {
  const wanted = new Set<string>(orders);
  const lengths = [...new Set(orders.map((order) => order.length))];
  const found = new Map<OrderId, string>();
  for (const file of files) {
    const name = basename(file, '.md').toUpperCase();
    for (const length of lengths) {
      const order = name.slice(0, length) as OrderId;
      if (wanted.has(order) && !found.has(order) && isFileOf(order, name)) found.set(order, file);
    }
  }
  return found;
}

/** @param name the file's name without its extension, in upper case */
function isFileOf(order: OrderId, name: string): boolean {
  return name === order || (name.startsWith(order) && /^[^A-Z0-9.]|^\.(?![0-9])/.test(name.slice(order.length)));
}
