import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { ClaimRecord, Witnessed } from '../../core/claim/record.ts';
import { isLive } from '../../core/claim/record.ts';
import { ClaimError } from '../../core/errors.ts';
import type { OrderId } from '../../core/ids.ts';
import { hasFrontMatter } from '../../core/orders/front-matter-edit.ts';
import { MIRROR_FIELDS, type MirrorField, mirroredText } from '../../core/orders/mirrored-fields.ts';
import { withoutMirror } from '../../core/orders/mirrored-lines.ts';
import type { Installation } from '../../ports/installation.ts';
import type { Mirror, MirrorNews } from '../../ports/mirror.ts';
import type { OrderBook } from '../../ports/order-book.ts';
import { clearLeftLocks, type IndexLock, indexEntryOf, lockIndex } from '../git/index-file.ts';
import type { Repository } from '../git/repository.ts';
import { allCopies, type Copy, copiesOf } from './copies.ts';
import { allKeptLines, canKeep, fileStamp, type KeptLines, keep, keptLines } from './kept-lines.ts';
import { replaceText } from './replace-text.ts';
import { isAtWork, isHiding } from './visibility.ts';

const DEFAULT_FIELDS = 'status claimed_by claimed_at';

type Where = 'main' | 'worktree' | 'none';

/**
 * Returns the configured mirror: by default the main worktree's copy of the order's file.
 *
 * @param installation adds the filter that keeps git from seeing it
 * @throws ClaimError `usage`
 */
export function mirrorsOf(
  repository: Repository,
  orders: () => OrderBook,
  installation: () => Promise<Pick<Installation, 'addFilter'>>,
): Mirror[] {
  const { config } = repository;
  const where = config.get('claim.mirror') ?? 'main';
  if (where !== 'main' && where !== 'worktree' && where !== 'none')
    throw new ClaimError({ code: 'usage', kind: 'mirror', text: where });
  const fields = parseFields(config.get('claim.mirrorfields') ?? DEFAULT_FIELDS);
  return [new FrontMatterMirror(repository, orders, where, fields, installation)];
}

function parseFields(text: string): MirrorField[] {
  const names = text.split(/[\s,]+/).filter((name) => name !== '');
  const unknown = names.find((name) => !MIRROR_FIELDS.some((field) => field === name));
  if (unknown === undefined) return MIRROR_FIELDS.filter((field) => names.includes(field));
  throw new ClaimError({ code: 'usage', kind: 'mirror-field', text: unknown, fields: MIRROR_FIELDS });
}

/** The front matter of the order's file. Where git tracks the file, only if git does not see it. */
class FrontMatterMirror implements Mirror {
  readonly name = 'front-matter';
  readonly #repository: Repository;
  readonly #orders: () => OrderBook;
  readonly #where: Where;
  readonly #fields: readonly MirrorField[];
  readonly #installation: () => Promise<Pick<Installation, 'addFilter'>>;
  #hiding: boolean | null = null;
  #news: readonly MirrorNews[] = [];

  constructor(
    repository: Repository,
    orders: () => OrderBook,
    where: Where,
    fields: readonly MirrorField[],
    installation: () => Promise<Pick<Installation, 'addFilter'>>,
  ) {
    this.#repository = repository;
    this.#orders = orders;
    this.#where = where;
    this.#fields = fields;
    this.#installation = installation;
  }

  concerns(order: OrderId): boolean {
    const { commonDir } = this.#repository;
    return (this.#where !== 'none' && this.#orders().fileOf(order) !== null) || keptLines(commonDir, order) !== null;
  }

  async write({ record }: Witnessed): Promise<boolean> {
    const { order, worktree } = record;
    const own = worktree === null ? null : resolve(this.#repository.mainDir, worktree);
    if (this.#where === 'worktree' && own !== null && !existsSync(own)) return !isLive(record);
    // The copy that shows the claim now, and one that did when it was configured otherwise.
    const copies = copiesOf(this.#repository, own).map((copy) => ({ copy, kept: keptLines(copy.gitDir, order) }));
    const isNew = copies.every(({ kept }) => kept === null);
    // A file that cannot be read, or one of two, is found out by reading it, and is left alone.
    if (isNew && this.#orders().fileOf(order) !== null) await this.#orders().settle([order]);
    // A tool has renamed it, and perhaps nothing but the id in it tells so.
    const isLost = copies.some(({ copy, kept }) => kept !== null && !existsSync(resolve(copy.tree, kept.file)));
    if (isLost && this.#orders().fileOf(order) === null) await this.#orders().find([order]);
    for (const { copy, kept } of copies) {
      const isShowing = this.#where === (copy.isMain ? 'main' : 'worktree');
      if (isShowing && isLive(record)) await this.#ensureHiding(copy, order);
      if ((isShowing || kept !== null) && !this.#writeCopy(copy, record, kept, isShowing)) return false;
    }
    return true;
  }

  takeNews(): readonly MirrorNews[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }

  /** The first claim that would show in a file installs what hides it. Git may be given one that it does not track yet. */
  async #ensureHiding({ tree, gitDir }: Copy, order: OrderId): Promise<void> {
    const file = this.#orders().fileOf(order);
    if (file === null || this.#fields.length === 0 || this.#isHiding() || !canKeep(order, file)) return;
    if (!existsSync(resolve(tree, file)) || relative(realpathSync(tree), within(tree, file)) !== file) return;
    if (!hasFrontMatter(readFileSync(resolve(tree, file), 'latin1'))) return;
    if (isAtWork(gitDir) || indexEntryOf(gitDir, file, this.#repository) === 'unclear') return;
    if (!(await (await this.#installation()).addFilter())) return;
    this.#hiding = true;
    this.#news = [{ kind: 'filter-added', file }];
  }

  replaced(): OrderId[] {
    const copies = this.#copies();
    clearLeftLocks(copies.map(({ gitDir }) => gitDir));
    return copies.flatMap(replacedIn);
  }

  shown(): OrderId[] {
    return this.#copies().flatMap(({ gitDir }) => allKeptLines(gitDir).map(([order]) => order));
  }

  withdraw(orders: readonly OrderId[] | null): void {
    for (const copy of allCopies(this.#repository)) {
      for (const [order, kept] of allKeptLines(copy.gitDir)) {
        if (orders?.includes(order) === false) continue;
        if (existsSync(resolve(copy.tree, kept.file))) {
          const target = this.#replaceable(copy, within(copy.tree, kept.file), kept.file);
          if (!replaceText(target, (text) => ({ text: withoutMirror(text, kept.lines) }))) continue;
        }
        keep(copy.gitDir, order, null);
      }
    }
  }

  /** Returns where claims may show. */
  #copies(): Copy[] {
    return this.#where === 'worktree' ? allCopies(this.#repository) : copiesOf(this.#repository, null);
  }

  /** Returns false if git is writing there just now. */
  #writeCopy(copy: Copy, record: ClaimRecord, kept: KeptLines | null, isShowing: boolean): boolean {
    const { order } = record;
    const { tree, gitDir } = copy;
    const file = [kept?.file, this.#orders().fileOf(order)].find((one) => one && existsSync(resolve(tree, one))) ?? null;
    if (file === null) {
      // Git may bring the file back.
      if (kept !== null) keep(gitDir, order, isLive(record) ? { ...kept, stamp: null } : null);
      return true;
    }
    const path = within(tree, file);
    const target = this.#replaceable(copy, path, file);
    const isPossible = canKeep(order, file) && (target.entry === 'untracked' || target.isHidden);
    const wish = { fields: isShowing && isPossible ? this.#fields : [], isHidden: target.entry !== 'untracked' };
    let isHalf = false;
    const isDone = replaceText(target, (text) => {
      const known = keptLines(gitDir, order);
      isHalf = known !== null && known.lines.length > 0 && !hasFrontMatter(text);
      // Somebody is saving the file. What is known of our lines stays known.
      if (isHalf) return { text };
      const { text: now, lines } = mirroredText(text, record, known?.lines ?? [], wish);
      if (lines.length === 0) return { text: now, after: () => keep(gitDir, order, null) };
      const before = (stamp: string | null) => {
        const next = { file, lines, stamp, isLive: isLive(record) };
        if (JSON.stringify(next) !== JSON.stringify(known)) keep(gitDir, order, next);
      };
      return { text: now, before };
    });
    return isDone && !isHalf;
  }

  #replaceable({ tree, gitDir }: Copy, path: string, file: string) {
    const real = relative(realpathSync(tree), path);
    const entry = indexEntryOf(gitDir, real, this.#repository);
    // The attributes fit the name by which the order is known.
    const isHidden = typeof entry === 'object' && real === file && this.#isHiding();
    const lock = () => (typeof entry === 'object' ? lockIndex(gitDir, real, this.#repository) : UNLOCKED);
    const isMisjudged = () => {
      const now = indexEntryOf(gitDir, real, this.#repository);
      return typeof now === 'object' && now.size !== 0 && now.size !== statSync(path).size;
    };
    return { path, file, gitDir, entry, isHidden, lock, isMisjudged };
  }

  #isHiding(): boolean {
    this.#hiding ??= isHiding(this.#repository);
    return this.#hiding;
  }
}

/** Git does not look at a file that it does not track. */
const UNLOCKED: IndexLock = { isOurs: () => true, commit: () => undefined, abort: () => undefined };

/** Returns the orders whose file is not what was written: somebody edited it, or git replaced it. */
function replacedIn({ tree, gitDir }: Copy): OrderId[] {
  const isReplaced = ({ file, stamp }: KeptLines) => fileStamp(resolve(tree, file)) !== stamp;
  return allKeptLines(gitDir, true).flatMap(([order, kept]) => (isReplaced(kept) ? [order] : []));
}

/** Returns where a file really is. A link may lead elsewhere in the worktree, but not out of it. */
function within(tree: string, file: string): string {
  const root = realpathSync(tree);
  const path = realpathSync(resolve(root, file));
  if (path.startsWith(root + sep) && statSync(path).isFile()) return path;
  throw new ClaimError({ code: 'git', kind: 'order-file-outside', file });
}
