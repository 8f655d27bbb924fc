import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DirtyFile } from '../../../core/check/facts.ts';
import { ClaimError } from '../../../core/errors.ts';
import type { Oid, OrderId } from '../../../core/ids.ts';
import type { TreeContents } from '../../../core/trees/contents.ts';
import { formatLockReason, type LockReason, parseLockReason } from '../../../core/trees/lock-reason.ts';
import type {
  Going,
  Mended,
  Overlooked,
  SetAside,
  TreeLook,
  TreeStatus,
  UnsavedWork,
  Worktree,
  Worktrees,
} from '../../../ports/worktrees.ts';
import { share } from '../../system/sharing.ts';
import { meansTrue } from '../config.ts';
import { readText, removeFile, writeWhole } from '../files.ts';
import { ignoreInside, unignoredIn } from '../install/inner-trees.ts';
import { DURABLY, lastWords } from '../process.ts';
import type { Mutex } from '../refs/stale-locks.ts';
import type { Repository } from '../repository.ts';
import { dirtyFiles } from './dirty-files.ts';
import { whyNoFolder } from './folder.ts';
import { finishMaking } from './half-made.ts';
import { CHECKOUT_MS, type IsMaking, Leftovers } from './leftovers.ts';
import { besideMakers, listTrees } from './listed-trees.ts';
import { copiedFrom, gitDirOf, Registrations } from './registrations.ts';
import { readTreeStatus } from './status.ts';
import { unsavedWork } from './unsaved-work.ts';

export class GitWorktrees implements Worktrees {
  readonly #repository: Repository;
  readonly #mutex: Mutex;
  readonly #registrations: Registrations;
  readonly #isMaking: IsMaking;
  readonly #self: () => LockReason['maker'];
  #known: Leftovers | null = null;

  /** @param self returns this process, as locks name it */
  constructor(repository: Repository, mutex: Mutex, isMaking: IsMaking, self: () => LockReason['maker']) {
    this.#self = self;
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
      besideMakers(() => this.#repository.git([...DURABLY, ...args], { timeoutMs: CHECKOUT_MS, ...told.by })),
    );
    this.#registrations.lookAgain();
    await this.#makeUsable(path);
    const gitDir = this.#ownGitDir(path);
    if (gitDir !== null) share(gitDir);
    if (result.code === 0) this.lock(path, { ...lock, maker: null });
    return result.code === 0 ? null : lastWords(result);
  }

  async repair(path: string, order: OrderId, branch: string): Promise<readonly Mended[]> {
    const mended: Mended[] = this.#leftovers.all().some(({ lock }) => lock.isGoing) ? [...(await this.recover())] : [];
    const dead = this.#leftovers.all().filter((left) => !left.isBeingMade && (left.path === path || left.lock.order === order));
    for (const left of dead.filter((one) => one.isGone || !one.hasHead)) mended.push(await this.#leftovers.forget(left, order));
    for (const left of this.#leftovers.strays(path, branch)) mended.push(await this.#leftovers.forget(left, order));
    await this.#makeUsable(path);
    const begun = dead.find((left) => left.path === path && left.hasHead && existsSync(path));
    if (begun === undefined) return mended;
    const ref = await finishMaking(this.#repository, this.#mutex, begun, order);
    this.lock(path, { ...begun.lock, maker: null });
    return [...mended, { kind: 'finished', order, path, ref, ignored: { count: 0, names: [] } }];
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

  async strays(branch: string): Promise<readonly Oid[]> {
    const { reflogOnly } = await import('./contents/own-commits.ts');
    return reflogOnly(this.#repository, branch);
  }

  async keep(commits: readonly Oid[], order: OrderId): Promise<string> {
    const { keepCommits } = await import('./saved-work.ts');
    return keepCommits(this.#repository, commits, order);
  }

  async look(path: string): Promise<TreeLook> {
    return (await import('./contents/inventory.ts')).lookAt(path);
  }

  async setAside(path: string, lock: LockReason): Promise<SetAside> {
    const { setAsideTree } = await import('./set-aside.ts');
    const lockText = formatLockReason({ ...lock, isGoing: true });
    const aside = await setAsideTree(this.#gitDirAt(path), path, lockText, this.#isMaking, this.#mutex);
    this.#registrations.lookAgain();
    return aside;
  }

  async recover(): Promise<readonly Mended[]> {
    // With its repository it may have been moved since, and then git learns its place.
    if (this.#leftovers.all().some(({ lock }) => lock.isGoing)) await this.list();
    const { recoverRemoved } = await import('./half-removed.ts');
    const mended = await recoverRemoved(this.#repository, this.#isMaking, this.#self(), this.#mutex);
    this.#registrations.lookAgain();
    return mended;
  }

  async prune(): Promise<readonly Mended[]> {
    const mended = [...(await this.recover())];
    await this.list();
    const gone = this.#leftovers.all().filter((left) => !left.isBeingMade && (left.isGone || !left.hasHead));
    for (const left of gone) mended.push(await this.#leftovers.forget(left, left.lock.order));
    for (const left of [...this.#leftovers.others(), ...this.#leftovers.unlocked()])
      mended.push(await this.#leftovers.forget(left, null));
    await this.#repository.git(['worktree', 'prune', '--expire=now']);
    return mended;
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
