import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { ClaimRecord, Witnessed } from '../../core/claim/record.ts';
import { isLive } from '../../core/claim/record.ts';
import { ClaimError } from '../../core/errors.ts';
import type { OrderId } from '../../core/ids.ts';
import { editFrontMatter } from '../../core/orders/front-matter-edit.ts';
import { linesBefore, MIRROR_FIELDS, type MirrorField, mirroredFields } from '../../core/orders/mirrored-fields.ts';
import type { Mirror } from '../../ports/mirror.ts';
import type { OrderBook } from '../../ports/order-book.ts';
import type { Outbox } from '../../ports/outbox.ts';
import { replaceFile } from '../git/files.ts';
import type { Repository } from '../git/repository.ts';

const DEFAULT_FIELDS = 'status claimed_by claimed_at';

/** No order is larger than this. */
const FILE_BYTES_MAX = 4 * 1024 * 1024;
/** Somebody may save the file at the same moment, but nobody does so this often. */
const TRIES_MAX = 5;

/** Remembers what a file said before. */
type Memory = Pick<Outbox, 'mirrored' | 'noteMirrored'>;

/**
 * Returns the configured mirrors: by default the main worktree's copy of the order's file.
 *
 * @throws ClaimError `usage`
 */
export function mirrorsOf({ config, mainDir, commonDir }: Repository, orders: () => OrderBook, memory: Memory): Mirror[] {
  const where = config.get('claim.mirror') ?? 'main';
  if (!['main', 'worktree', 'none'].includes(where)) throw new ClaimError({ code: 'usage', kind: 'mirror', text: where });
  const fields = parseFields(config.get('claim.mirrorfields') ?? DEFAULT_FIELDS);
  if (where === 'none' || fields.length === 0) return [];
  const main = mainDir === commonDir ? null : mainDir;
  const treeOf = ({ worktree }: ClaimRecord) => (where === 'main' ? main : worktree === null ? null : resolve(mainDir, worktree));
  return [new FrontMatterMirror({ orders, memory, fields, treeOf })];
}

function parseFields(text: string): MirrorField[] {
  const names = text.split(/[\s,]+/).filter((name) => name !== '');
  const unknown = names.find((name) => !MIRROR_FIELDS.some((field) => field === name));
  if (unknown === undefined) return MIRROR_FIELDS.filter((field) => names.includes(field));
  throw new ClaimError({ code: 'usage', kind: 'mirror-field', text: unknown, fields: MIRROR_FIELDS });
}

type FrontMatterOptions = {
  readonly orders: () => OrderBook;
  readonly memory: Memory;
  readonly fields: readonly MirrorField[];
  /** Returns the worktree whose copy of the file is written; null if there is none. */
  readonly treeOf: (record: ClaimRecord) => string | null;
};

/** The front matter of the order's file. */
class FrontMatterMirror implements Mirror {
  readonly name = 'front-matter';
  readonly #options: FrontMatterOptions;

  constructor(options: FrontMatterOptions) {
    this.#options = options;
  }

  concerns(order: OrderId): boolean {
    return this.#options.orders().fileOf(order) !== null || this.#options.memory.mirrored(order) !== null;
  }

  async write({ record }: Witnessed): Promise<boolean> {
    const { orders, memory, treeOf } = this.#options;
    const known = memory.mirrored(record.order);
    // A file that cannot be read, or one of two, is found out by reading it, and is left alone.
    if (known === null && orders().fileOf(record.order) !== null) await orders().readNamed([record.order]);
    const file = known?.file ?? orders().fileOf(record.order);
    const tree = treeOf(record);
    if (file === null || tree === null) return true;
    if (!existsSync(tree)) return !isLive(record);
    const path = within(tree, file);
    for (let tries = 0; path !== null; tries += 1) {
      if (this.#writeOnce(path, file, record)) break;
      if (tries === TRIES_MAX) throw new ClaimError({ code: 'git', kind: 'order-file-changing', file });
    }
    if (!isLive(record)) memory.noteMirrored(record.order, null);
    return true;
  }

  /** Returns whether the file now says what it must. */
  #writeOnce(path: string, file: string, record: ClaimRecord): boolean {
    const { memory, fields } = this.#options;
    const { mode, size } = statSync(path);
    if (size > FILE_BYTES_MAX)
      throw new ClaimError({ code: 'git', kind: 'order-file-too-large', file, bytesMax: FILE_BYTES_MAX });
    const bytes = readFileSync(path);
    // One character per byte, so that a file in any encoding stays as it was.
    const text = bytes.toString('latin1');
    const before = memory.mirrored(record.order)?.before ?? (isLive(record) ? linesBefore(text, fields) : {});
    const edited = editFrontMatter(text, mirroredFields(text, record, fields, before));
    if (isLive(record)) memory.noteMirrored(record.order, { file, before });
    if (edited === text) return true;
    const isStill = () => readFileSync(path).equals(bytes);
    return replaceFile(path, Buffer.from(edited, 'latin1'), 'order', { mode: mode & 0o7777, isStill });
  }
}

/** Returns where a file really is, or null if it was deleted. A link may lead elsewhere in the worktree, but not out of it. */
function within(tree: string, file: string): string | null {
  const root = realpathSync(tree);
  let path: string;
  try {
    path = realpathSync(resolve(root, file));
  } catch {
    return null;
  }
  if (!path.startsWith(root + sep) || !statSync(path).isFile())
    throw new ClaimError({ code: 'git', kind: 'order-file-outside', file });
  return path;
}
