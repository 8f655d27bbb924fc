import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DirtyFile } from '../../../core/check/facts.ts';
import { ClaimError } from '../../../core/errors.ts';
import type { Oid, OrderId } from '../../../core/ids.ts';
import type { TreeContents } from '../../../core/trees/contents.ts';
import { formatLockReason, type LockReason, parseLockReason } from '../../../core/trees/lock-reason.ts';
import type { Going, Overlooked, SetAside, TreeStatus, UnsavedWork, Worktree, Worktrees } from '../../../ports/worktrees.ts';
import { share, shareLike } from '../../system/sharing.ts';
import { meansTrue } from '../config.ts';
import { makeFolder, readText, removeFile, writeWhole } from '../files.ts';
import { ignoreInside, unignoredIn } from '../install/inner-trees.ts';
import { DURABLY, lastWords } from '../process.ts';
import { type Mutex, outliveLocks } from '../refs/stale-locks.ts';
import type { Repository } from '../repository.ts';
import { dirtyFiles } from './dirty-files.ts';
import { CHECKOUT_MS, type IsMaking, type Leftover, Leftovers } from './leftovers.ts';
import { listTrees } from './listed-trees.ts';
import { copiedFrom, gitDirOf, Registrations } from './registrations.ts';
import { readTreeStatus } from './status.ts';
import { hasForeignChanges, unsavedWork } from './unsaved-work.ts';

export class GitWorktrees implements Worktrees {
  readonly #repository: Repository;
  readonly #mutex: Mutex;
  readonly #registrations: Registrations;
  readonly #isMaking: IsMaking;
  #known: Leftovers | null = null;

  constructor(repository: Repository, mutex: Mutex, isMaking: IsMaking) {
    this.#repository = repository;
    this.#mutex = mutex;
    this.#registrations = new Registrations(repository);
    this.#isMaking = isMaking;
  }

  /** An overview asks where worktrees are, and never what is left of them. */
  get #leftovers(): Leftovers {
    this.#known ??= new Leftovers(this.#repository, this.#registrations, this.#isMaking);
    return this.#known;
  }

  list(): Promise<Worktree[]> {
    return listTrees(this.#repository, this.#registrations);
  }

  find(path: string, order: OrderId, branch: string | null): string {
    return this.#registrations.followed(path, order, branch);
  }

  isHere(path: string): boolean {
    return this.#registrations.isHere(path);
  }

  copiedFrom(): string | null {
    return copiedFrom(this.#repository);
  }

  status(path: string): Promise<TreeStatus> {
    return readTreeStatus(this.#repository, path);
  }

  ignoreInside(path: string): Promise<void> {
    return ignoreInside(this.#repository, path);
  }

  async isSeenInside(path: string): Promise<boolean> {
    return (await unignoredIn(this.#repository, path)) !== null;
  }

  realPath(path: string): string {
    if (path === dirname(path)) return path;
    return existsSync(path) ? realpathSync(path) : join(this.realPath(dirname(path)), basename(path));
  }

  async add(path: string, branch: string, lock: LockReason, onProgress: ((said: string) => void) | null): Promise<string | null> {
    const blocked = whyNoFolder(dirname(path), this.#repository.commonDir);
    if (blocked !== null) return blocked;
    const told = onProgress === null ? { with: ['--quiet'], by: {} } : { with: [], by: { onError: progressIn(onProgress) } };
    const args = ['worktree', 'add', ...told.with, '--lock', '--reason', formatLockReason(lock), path, branch];
    const result = await this.#leftovers.withNewName(path, () =>
      this.#repository.git([...DURABLY, ...args], { timeoutMs: CHECKOUT_MS, ...told.by }),
    );
    this.#registrations.lookAgain();
    await this.#makeUsable(path);
    const gitDir = this.#ownGitDir(path);
    if (gitDir !== null) share(gitDir);
    if (result.code === 0) this.lock(path, { ...lock, maker: null });
    return result.code === 0 ? null : lastWords(result);
  }

  async repair(path: string, order: OrderId, branch: string): Promise<string | null> {
    if (this.#leftovers.all().some(({ lock }) => lock.isGoing)) await this.recover();
    const dead = this.#leftovers.all().filter((left) => !left.isBeingMade && (left.path === path || left.lock.order === order));
    for (const left of dead.filter((one) => one.isGone || !one.hasHead)) await this.#leftovers.forget(left, order);
    for (const left of this.#leftovers.strays(path, branch)) await this.#leftovers.forget(left, order);
    await this.#makeUsable(path);
    const begun = dead.find((left) => left.path === path && left.hasHead && existsSync(path));
    return begun === undefined ? null : this.#finish(begun, order);
  }

  lock(path: string, reason: LockReason): boolean {
    const gitDir = this.#ownGitDir(path);
    if (gitDir === null) return false;
    const current = readText(join(gitDir, 'locked'));
    if (current !== null && parseLockReason(current) === null) return false;
    writeWhole(join(gitDir, 'locked'), formatLockReason(reason), 'worktree lock');
    return true;
  }

  unlock(path: string, order: OrderId): void {
    const gitDir = this.#ownGitDir(path);
    if (gitDir !== null && parseLockReason(readText(join(gitDir, 'locked')) ?? '')?.order === order) {
      removeFile(join(gitDir, 'locked'), 'worktree lock');
    }
  }

  async lastChangeMs(path: string): Promise<number | null> {
    const gitDir = this.#ownGitDir(path);
    if (gitDir === null) return null;
    const { lastChangeMs } = await import('./last-change.ts');
    return lastChangeMs(this.#repository, path, gitDir);
  }

  dirtyFiles(path: string, timeoutMs: number): Promise<readonly DirtyFile[] | null> {
    return dirtyFiles(this.#repository, path, timeoutMs);
  }

  unsavedWork(path: string, pushed: Oid | null): Promise<UnsavedWork> {
    return unsavedWork(this.#repository, path, pushed);
  }

  async contents(path: string, going: Going): Promise<TreeContents> {
    const { readContents } = await import('./contents/contents.ts');
    return readContents(this.#repository, path, this.#gitDirAt(path), going);
  }

  async stashes(branch: string): Promise<number> {
    const { stashesOn } = await import('./contents/own-commits.ts');
    return stashesOn(this.#repository, branch);
  }

  async overlooked(path: string): Promise<Overlooked> {
    const { readOverlooked } = await import('./contents/contents.ts');
    return readOverlooked(this.#repository, path, this.#gitDirAt(path));
  }

  async save(path: string, order: OrderId, ignored: readonly string[] = []): Promise<string> {
    const { saveWork } = await import('./saved-work.ts');
    return saveWork(this.#repository, path, this.#gitDirAt(path), order, ignored);
  }

  async keep(commits: readonly Oid[], order: OrderId): Promise<string> {
    const { keepCommits } = await import('./saved-work.ts');
    return keepCommits(this.#repository, commits, order);
  }

  async setAside(path: string, lock: LockReason): Promise<SetAside> {
    const { setAsideTree } = await import('./set-aside.ts');
    const aside = setAsideTree(this.#gitDirAt(path), path, formatLockReason({ ...lock, isGoing: true }));
    this.#registrations.lookAgain();
    return aside;
  }

  async recover(): Promise<void> {
    const { recoverRemoved } = await import('./half-removed.ts');
    await recoverRemoved(this.#repository, this.#isMaking);
    this.#registrations.lookAgain();
  }

  async prune(): Promise<string[]> {
    await this.recover();
    const trees = await this.list();
    const gone = this.#leftovers.all().filter((left) => !left.isBeingMade && (left.isGone || !left.hasHead));
    for (const left of gone) await this.#leftovers.forget(left, left.lock.order);
    for (const left of this.#leftovers.others()) await this.#leftovers.forget(left, null);
    const missing = trees.filter(({ isMissing, lockText }) => isMissing && lockText === null);
    await this.#repository.git(['worktree', 'prune', '--expire=now']);
    return [...gone, ...missing].map(({ path }) => path);
  }

  /** @throws ClaimError `git` if the folder is no worktree of this repository */
  #gitDirAt(path: string): string {
    const { topLevel, mainDir, gitDir, commonDir } = this.#repository;
    const found = path === topLevel ? gitDir : path === mainDir ? commonDir : this.#ownGitDir(path);
    if (found !== null) return found;
    throw new ClaimError({ code: 'git', kind: 'worktree-astray', path });
  }

  /**
   * Returns null for a folder of anybody else: a record may name any folder as its worktree, and only
   * worktrees of this repository are touched.
   */
  #ownGitDir(path: string): string | null {
    const gitDir = gitDirOf(path);
    return gitDir !== null && dirname(gitDir) === join(this.#repository.commonDir, 'worktrees') ? gitDir : null;
  }

  async #finish({ gitDir, path, lock }: Leftover, order: OrderId): Promise<string | null> {
    const git = (...args: string[]) => this.#repository.git(args, { cwd: path, timeoutMs: CHECKOUT_MS });
    const locks = readdirSync(gitDir).filter((name) => name.endsWith('.lock'));
    for (const name of locks) removeFile(join(gitDir, name), 'lock of a dead checkout');
    const branch = readText(join(gitDir, 'HEAD'))?.slice('ref: '.length).trimEnd() ?? '';
    const blocking = await outliveLocks(this.#repository, [branch], this.#mutex);
    if (blocking !== null) throw new ClaimError({ code: 'git', kind: 'worktree-not-finished', path, said: blocking });
    // Git writes the index when every file exists. Whatever differs after that is somebody's work, staged or not.
    const isCheckedOut = existsSync(join(gitDir, 'index'));
    if (!isCheckedOut) await git('read-tree', 'HEAD');
    const hasWork = isCheckedOut
      ? (await git('diff-index', '--name-only', '-z', '--diff-filter=d', 'HEAD')).stdout.length > 0
      : await hasForeignChanges(this.#repository, path);
    const saved = hasWork ? await this.save(path, order) : null;
    const reset = await git('reset', '--hard', '-q');
    if (reset.code !== 0) throw new ClaimError({ code: 'git', kind: 'worktree-not-finished', path, said: lastWords(reset) });
    const head = String((await git('rev-parse', 'HEAD')).stdout).trim();
    await git('hook', 'run', '--ignore-missing', 'post-checkout', '--', '0'.repeat(head.length), head, '1');
    this.lock(path, { ...lock, maker: null });
    return saved;
  }

  /** Where worktrees have configurations of their own, a new one inherits `core.bare`, and no git command works in it. */
  async #makeUsable(path: string): Promise<void> {
    const { config, git } = this.#repository;
    const isInherited = config.isTrue('extensions.worktreeconfig') && meansTrue(config.shared('core.bare'));
    if (isInherited && this.#registrations.isOurs(path)) await git(['config', '--worktree', 'core.bare', 'false'], { cwd: path });
  }
}

/** Finds git's progress, `Updating files:  43% (1234/2890)`, in what it says. Git begins with it after two seconds. */
function progressIn(tell: (said: string) => void): (said: string) => void {
  return (said) => {
    const last = said.match(/[A-Z][a-z ]+: +[0-9]+% \([0-9]+\/[0-9]+\)/g)?.at(-1);
    if (last !== undefined) tell(last);
  };
}

/** Makes the folder for worktrees. Returns null, or why it cannot be made. */
function whyNoFolder(path: string, commonDir: string): string | null {
  if (existsSync(path)) return null;
  try {
    makeFolder(path, 'trees');
    shareLike(path, commonDir);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
