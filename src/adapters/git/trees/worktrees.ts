import { existsSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { DirtyFile } from '../../../core/check/facts.ts';
import { ClaimError } from '../../../core/errors.ts';
import { type Oid, type OrderId, parseOid } from '../../../core/ids.ts';
import { formatLockReason, type LockReason, parseLockReason } from '../../../core/trees/lock-reason.ts';
import type { TreeStatus, UnsavedWork, Worktree, Worktrees } from '../../../ports/worktrees.ts';
import { step } from '../../system/step.ts';
import { ageMs, makeFolder, readText, removeFile, writeWhole } from '../files.ts';
import { DURABLY, lastWords } from '../process.ts';
import { type Mutex, outliveLocks } from '../refs/stale-locks.ts';
import { type Repository, targetOf } from '../repository.ts';
import { dirtyFiles } from './dirty-files.ts';
import { isGitMaking } from './makers.ts';
import { readTreeStatus } from './status.ts';
import { hasForeignChanges, keepCommit, saveWork, unsavedWork } from './unsaved-work.ts';

/** A checkout of a very large repository takes minutes. */
const CHECKOUT_MS = 30 * 60_000;

/** Returns whether the process that is making a worktree is still alive, or null if that is unknown. */
export type IsMaking = (lock: LockReason) => boolean | null;

export class GitWorktrees implements Worktrees {
  readonly #repository: Repository;
  readonly #mutex: Mutex;
  readonly #isMaking: IsMaking;

  constructor(repository: Repository, mutex: Mutex, isMaking: IsMaking) {
    this.#repository = repository;
    this.#mutex = mutex;
    this.#isMaking = isMaking;
  }

  async list(): Promise<Worktree[]> {
    const result = await this.#repository.git(['worktree', 'list', '--porcelain', '-z']);
    if (result.code !== 0) throw new ClaimError({ code: 'git', kind: 'worktrees-unlisted', said: lastWords(result) });
    const blocks = String(result.stdout)
      .split('\0\0')
      .filter((block) => block !== '');
    return blocks.map((block, at) => parseBlock(block.split('\0'), at === 0));
  }

  status(path: string): Promise<TreeStatus> {
    return readTreeStatus(this.#repository, path);
  }

  realPath(path: string): string {
    if (path === dirname(path)) return path;
    return existsSync(path) ? realpathSync(path) : join(this.realPath(dirname(path)), basename(path));
  }

  async add(path: string, branch: string, lock: LockReason): Promise<string | null> {
    const blocked = whyNoFolder(dirname(path));
    if (blocked !== null) return blocked;
    const args = ['worktree', 'add', '--lock', '--reason', formatLockReason(lock), path, branch];
    const result = await this.#repository.git([...DURABLY, ...args], { timeoutMs: CHECKOUT_MS });
    if (result.code === 0) this.lock(path, { ...lock, maker: null });
    return result.code === 0 ? null : lastWords(result);
  }

  async repair(path: string, order: OrderId): Promise<string | null> {
    const dead = this.#leftovers().filter((left) => !left.isBeingMade && (left.path === path || left.lock.order === order));
    for (const left of dead.filter((one) => !existsSync(one.path) || !one.hasHead)) this.#forget(left);
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

  dirtyFiles(path: string, timeoutMs: number): Promise<readonly DirtyFile[] | null> {
    return dirtyFiles(this.#repository, path, timeoutMs);
  }

  unsavedWork(path: string, pushed: Oid | null): Promise<UnsavedWork> {
    return unsavedWork(this.#repository, path, pushed);
  }

  save(path: string, order: OrderId): Promise<string> {
    return saveWork(this.#repository, path, order);
  }

  keep(commit: Oid, order: OrderId): Promise<string> {
    return keepCommit(this.#repository, commit, order);
  }

  async remove(path: string, order: OrderId, isSaved: boolean): Promise<string | null> {
    this.unlock(path, order);
    const result = await this.#repository.git(['worktree', 'remove', ...(isSaved ? ['--force'] : []), '--', path]);
    return result.code === 0 ? null : lastWords(result);
  }

  async prune(): Promise<string[]> {
    const gone = this.#leftovers().filter((left) => !left.isBeingMade && (!existsSync(left.path) || !left.hasHead));
    for (const left of gone) this.#forget(left);
    const missing = (await this.list()).filter(({ isMissing, lockText }) => isMissing && lockText === null);
    await this.#repository.git(['worktree', 'prune', '--expire=now']);
    return [...gone, ...missing].map(({ path }) => path);
  }

  /**
   * Returns null for a folder of anybody else: a record may name any folder as its worktree, and only
   * worktrees of this repository are touched.
   */
  #ownGitDir(path: string): string | null {
    const gitDir = gitDirOf(path);
    return gitDir !== null && dirname(gitDir) === join(this.#repository.commonDir, 'worktrees') ? gitDir : null;
  }

  /** Returns the registrations that have our lock, and whether their checkout began. */
  #leftovers(): Leftover[] {
    const base = join(this.#repository.commonDir, 'worktrees');
    const names = existsSync(base) ? readdirSync(base) : [];
    return names.flatMap((name) => {
      const gitDir = join(base, name);
      const lock = parseLockReason(readText(join(gitDir, 'locked')) ?? '');
      const target = readText(join(gitDir, 'gitdir'))?.replace(/[\r\n]+$/, '');
      if (lock === null || (lock.maker === null && target !== undefined && existsSync(target))) return [];
      const path = target ? dirname(resolve(gitDir, target)) : '';
      // A maker that cannot be seen (perhaps in a container that is gone) is given as long as git itself gets.
      const mayLive = lock.maker !== null && (this.#isMaking(lock) ?? ageMs(join(gitDir, 'locked')) < CHECKOUT_MS);
      const isBeingMade = lock.maker !== null && (mayLive || isGitMaking(path));
      // Git first writes a HEAD of zeros, and then the branch once the rest exists.
      const hasHead = existsSync(join(gitDir, 'commondir')) && readText(join(gitDir, 'HEAD'))?.startsWith('ref: ') === true;
      return [{ gitDir, path, isBeingMade, hasHead, lock }];
    });
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

  /** Removes a registration in which no checkout ever began. In the folder it only removes git's own pointer file. */
  #forget({ gitDir, path }: Leftover): void {
    step('before file remove registration');
    const pointer = join(path, '.git');
    const isOurs = path !== '' && (gitDirOf(path) === gitDir || readText(pointer) === '');
    if (isOurs) rmSync(pointer, { force: true });
    rmSync(gitDir, { recursive: true, force: true });
    step('after file remove registration');
  }
}

type Leftover = {
  readonly gitDir: string;
  /** Empty if the registration does not say. */
  readonly path: string;
  readonly isBeingMade: boolean;
  readonly hasHead: boolean;
  readonly lock: LockReason;
};

function parseBlock(lines: readonly string[], isMain: boolean): Worktree {
  const value = (key: string) => lines.find((line) => line === key || line.startsWith(`${key} `))?.slice(key.length + 1) ?? null;
  const lockText = value('locked');
  const path = value('worktree') ?? '';
  return {
    path,
    head: parseOid(value('HEAD') ?? ''),
    branch: value('branch')?.replace(/^refs\/heads\//, '') ?? null,
    isMain,
    isBare: value('bare') !== null,
    lockText,
    lock: parseLockReason(lockText ?? ''),
    isMissing: !existsSync(path),
  };
}

/** Makes the folder for worktrees. Returns null, or why it cannot be made. */
function whyNoFolder(path: string): string | null {
  try {
    makeFolder(path, 0o777, 'trees');
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Returns the private git directory of a linked worktree, or null if the folder is none. */
export function gitDirOf(path: string): string | null {
  const target = targetOf(readText(join(path, '.git')) ?? '');
  if (target === null || !existsSync(resolve(path, target))) return null;
  return realpathSync(resolve(path, target));
}
