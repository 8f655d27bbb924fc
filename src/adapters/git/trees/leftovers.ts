import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { OrderId } from '../../../core/ids.ts';
import { type LockReason, parseLockReason } from '../../../core/trees/lock-reason.ts';
import type { Mended } from '../../../ports/worktrees.ts';
import { step } from '../../system/step.ts';
import { ageMs, readText } from '../files.ts';
import type { Repository } from '../repository.ts';
import { isGitMaking } from './makers.ts';
import { branchIn, type Registration } from './registration-signs.ts';
import { gitDirOf, type Registrations } from './registrations.ts';

/** A checkout of a very large repository takes minutes. */
export const CHECKOUT_MS = 30 * 60_000;

/** Returns whether the process that is making a worktree is still alive, or null if that is unknown. */
export type IsMaking = (lock: LockReason) => boolean | null;

/** Registrations of worktrees that are half made, or gone. */
export class Leftovers {
  readonly #repository: Repository;
  readonly #registrations: Registrations;
  readonly #isMaking: IsMaking;
  /** The names of registrations that this process has forgotten. Their worktrees may only have been moved out of sight. */
  readonly #forgotten = new Set<string>();

  constructor(repository: Repository, registrations: Registrations, isMaking: IsMaking) {
    this.#repository = repository;
    this.#registrations = registrations;
    this.#isMaking = isMaking;
  }

  /** Returns the registrations that nobody has locked and whose worktrees are not there: git's own prune removes them. */
  unlocked(): Registration[] {
    const all = this.#registrations.all();
    return all.filter(({ gitDir, path }) => !existsSync(join(gitDir, 'locked')) && !existsSync(join(path, '.git')));
  }

  /** Returns the registrations that have our lock, and whether their checkout began. */
  all(): Leftover[] {
    const base = join(this.#repository.commonDir, 'worktrees');
    const names = existsSync(base) ? readdirSync(base) : [];
    return names.flatMap((name) => {
      const gitDir = join(base, name);
      const lock = parseLockReason(readText(join(gitDir, 'locked')) ?? '');
      const target = readText(join(gitDir, 'gitdir'))?.replace(/[\r\n]+$/, '');
      if (lock === null || (!lock.isGoing && lock.maker === null && target !== undefined && existsSync(target))) return [];
      const path = target ? dirname(resolve(gitDir, target)) : '';
      // A maker that cannot be seen (perhaps in a container that is gone) is given as long as git itself gets.
      const mayLive = lock.maker !== null && (this.#isMaking(lock) ?? ageMs(join(gitDir, 'locked')) < CHECKOUT_MS);
      const isGone = !existsSync(path) && this.#registrations.isGone({ id: name, gitDir, path });
      // One that is being removed is none of these while it exists: its recovery is another matter.
      const isBeingMade = lock.isGoing ? mayLive || !isGone : lock.maker !== null && (mayLive || isGitMaking(path));
      // Git first writes a HEAD of zeros, and then the branch once the rest exists.
      const hasHead = existsSync(join(gitDir, 'commondir')) && readText(join(gitDir, 'HEAD'))?.startsWith('ref: ') === true;
      return [{ gitDir, path, isBeingMade, hasHead, isGone, lock }];
    });
  }

  /**
   * Returns the registrations that keep a branch or a path although their worktrees are gone, or are another repository's. Those
   * that another tool has locked stay: its disk may only be away.
   */
  strays(path: string, branch: string): Registration[] {
    return this.#registrations.all().filter((one) => {
      if (one.path !== path && branchIn(one.gitDir) !== branch) return false;
      return isFree(one) && this.#registrations.isGone(one);
    });
  }

  /** Returns the registrations of worktrees that another repository has, of which this one is a copy. */
  others(): Registration[] {
    const lost = this.#registrations.all().filter((one) => isFree(one) && this.#registrations.isGone(one));
    return lost.filter(({ path }) => existsSync(path));
  }

  /**
   * Removes a registration without a worktree, as git's own prune does, once what only it names is kept. In the folder it only
   * removes git's own pointer file.
   *
   * @throws ClaimError `git` if that cannot be told or kept; then the registration stays
   */
  async forget({ gitDir, path }: Pick<Registration, 'gitDir' | 'path'>, order: OrderId | null): Promise<Mended> {
    const ref = await (await import('./named-only-there.ts')).keepNamedOnlyThere(this.#repository, gitDir, order);
    step('before file remove registration');
    const pointer = join(path, '.git');
    const isOurs = path !== '' && (gitDirOf(path) === gitDir || readText(pointer) === '');
    if (isOurs) rmSync(pointer, { force: true });
    rmSync(gitDir, { recursive: true, force: true });
    this.#forgotten.add(basename(gitDir));
    this.#registrations.lookAgain();
    step('after file remove registration');
    return { kind: 'forgotten', order, path, ref, ignored: { count: 0, names: [] } };
  }

  /**
   * Lets git register a worktree under a name that was not in use before: a folder that was moved out of sight must not share its
   * registration, and with it index and HEAD, with the new one.
   */
  async withNewName<T>(path: string, add: () => Promise<T>): Promise<T> {
    const taken = join(this.#repository.commonDir, 'worktrees', basename(path));
    if (!this.#forgotten.has(basename(path)) || existsSync(taken)) return add();
    mkdirSync(taken, { recursive: true });
    try {
      return await add();
    } finally {
      if (existsSync(taken)) rmdirSync(taken);
    }
  }
}

/** Returns whether nobody but git-claim has locked a registration, and its worktree is whole. */
function isFree({ gitDir }: Registration): boolean {
  const lock = readText(join(gitDir, 'locked'));
  return lock === null || parseLockReason(lock)?.maker === null;
}

export type Leftover = {
  readonly gitDir: string;
  /** Empty if the registration does not say. */
  readonly path: string;
  readonly isBeingMade: boolean;
  readonly hasHead: boolean;
  /** Whether its folder is gone, and was not just moved. */
  readonly isGone: boolean;
  readonly lock: LockReason;
};
