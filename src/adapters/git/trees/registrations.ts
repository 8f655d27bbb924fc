import { type Dirent, existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { OrderId } from '../../../core/ids.ts';
import { readText } from '../files.ts';
import { targetOf } from '../layout.ts';
import type { Repository } from '../repository.ts';
import { type Registration, type SignsOf, signsOfAll } from './registration-signs.ts';

/** Nobody keeps more folders than this beside a repository, or more worktrees in one folder, and still knows what they are. */
const FOLDERS_MAX = 500;
/** A worktree inside the repository is no deeper than `.agent/worktrees/<order>`. */
const DEPTH_MAX = 3;

/** Where a worktree is. `pointer`: `own` if its `.git` leads to the registration, `stale` if it leads to a place that is gone. */
export type Whereabouts = { readonly path: string; readonly pointer: 'own' | 'stale' };

/**
 * Finds linked worktrees that are no longer where git expects them. A worktree and its registration name each other: its `.git`
 * names the registration, whose `gitdir` names that file. If one was moved, the other still leads to it. A folder whose `.git`
 * leads to another repository's registration is that repository's, whatever this one (a copy of it, perhaps) has registered.
 *
 *   moved        git expects it           its .git leads to
 *   worktree     where it was             its registration
 *   repository   where it is              where the repository was
 *   both         where it was             where the repository was
 *   (a copy)     where the original's is  the original's registration: not ours
 */
export class Registrations {
  readonly #repository: Repository;
  #all: readonly Registration[] | null = null;
  readonly #folders = new Map<string, readonly string[]>();
  readonly #targets = new Map<string, string | null>();
  #signsNow: SignsOf | null = null;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** Forgets what was seen. Called when this process has changed something. */
  lookAgain(): void {
    this.#all = null;
    this.#signsNow = null;
    this.#folders.clear();
    this.#targets.clear();
  }

  all(): readonly Registration[] {
    this.#all ??= this.#read();
    return this.#all;
  }

  /** Returns where the worktree is now; null if it is not to be found, or if another repository's is in its place. */
  find(registration: Registration): Whereabouts | null {
    const { topLevel, gitDir } = this.#repository;
    const expected = this.#kindOf(registration, registration.path);
    if (expected === 'own' || expected === 'stale') return { path: registration.path, pointer: expected };
    if (topLevel !== null && gitDir === registration.gitDir) return { path: topLevel, pointer: 'own' };
    const places = this.#places(registration).map((path) => ({ path, pointer: this.#kindOf(registration, path) }));
    for (const pointer of ['own', 'stale'] as const) {
      const found = places.filter((place) => place.pointer === pointer);
      // Of two folders that say the same, one is a copy, and nothing shows which.
      if (found.length > 0) return found.length === 1 ? { path: (found[0] as Whereabouts).path, pointer } : null;
    }
    return null;
  }

  /** Returns whether a worktree is gone for good, or is another repository's. A folder that only lacks its `.git` is neither. */
  isGone(registration: Registration): boolean {
    if (this.find(registration) !== null) return false;
    const target = this.#targetOf(registration.path);
    return !existsSync(registration.path) || (target !== null && existsSync(target));
  }

  /**
   * Returns where the worktree of a claim is now, which the claim's record expects at `path`; `path` itself if it is there, or
   * nowhere to be found.
   */
  followed(path: string, order: OrderId, branch: string | null): string {
    const { isExpected, byOrder, byBranch } = this.#signs();
    const { mainDir, topLevel } = this.#repository;
    // Most claims of a long board have no worktree any more.
    if ((isExpected.has(path) || path === mainDir || path === topLevel) && this.isHere(path)) return path;
    for (const registration of new Set([...(byOrder.get(order) ?? []), ...(byBranch.get(branch) ?? [])])) {
      const found = this.find(registration);
      if (found !== null) return found.path;
    }
    return path;
  }

  /** Returns whether a worktree of this repository is at a path. */
  isHere(path: string): boolean {
    return path === this.#repository.mainDir || path === this.#repository.topLevel ? existsSync(path) : this.isOurs(path);
  }

  /** Returns whether a folder is a linked worktree that is registered here, and not just a copy of one. */
  isOurs(path: string): boolean {
    const gitDir = this.#registeredAt(path);
    return gitDir !== null && expectedBy(gitDir) === path;
  }

  /** Returns the private git directory to which a folder's `.git` leads, if it is one of this repository's. */
  #registeredAt(path: string): string | null {
    const target = this.#targetOf(path);
    if (target === null) return null;
    const base = join(this.#repository.commonDir, 'worktrees');
    if (dirname(target) === base) return target;
    const real = realOf(target);
    return real !== null && dirname(real) === base ? real : null;
  }

  #kindOf({ id, gitDir }: Registration, path: string): 'own' | 'stale' | 'none' {
    const target = path === '' ? null : this.#targetOf(path);
    if (target === null) return 'none';
    if (target === gitDir || realOf(target) === gitDir) return 'own';
    return target.endsWith(`${sep}worktrees${sep}${id}`) && !existsSync(target) ? 'stale' : 'none';
  }

  /** Returns the folders where people move worktrees: beside where it was, beside the repository, and the same place below it. */
  #places({ path }: Registration): readonly string[] {
    const { mainDir } = this.#repository;
    const beside = dirname(mainDir);
    const parts = path.split(sep);
    const below = Array.from({ length: DEPTH_MAX }, (_, at) => join(mainDir, ...parts.slice(-1 - at)));
    const neighbours = this.#foldersIn(beside);
    const within = neighbours.map((folder) => join(folder, basename(path)));
    return [...new Set([...(path === '' ? [] : this.#foldersIn(dirname(path))), ...neighbours, ...within, ...below])];
  }

  #foldersIn(folder: string): readonly string[] {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const folders = entriesOf(folder)
      .filter((entry) => entry.isDirectory())
      .slice(0, FOLDERS_MAX)
      .map(({ name }) => join(folder, name));
    this.#folders.set(folder, folders);
    return folders;
  }

  #targetOf(path: string): string | null {
    const known = this.#targets.get(path);
    if (known !== undefined) return known;
    const target = pointerOf(path);
    this.#targets.set(path, target);
    return target;
  }

  /** A board asks for each of its claims in one go, in which nothing changes. */
  #signs(): SignsOf {
    if (this.#signsNow !== null) return this.#signsNow;
    queueMicrotask(() => (this.#signsNow = null));
    this.#signsNow = signsOfAll(this.#read());
    return this.#signsNow;
  }

  #read(): readonly Registration[] {
    const base = join(this.#repository.commonDir, 'worktrees');
    return entriesOf(base).map(({ name }) => {
      const gitDir = join(base, name);
      return { id: name, gitDir, path: expectedBy(gitDir) ?? '' };
    });
  }
}

/**
 * Returns the folder of which the present worktree is a copy; null if it is none. Both share one registration, and with it one
 * index and one HEAD, so that git in either changes what the other has staged.
 */
export function copiedFrom({ topLevel, gitDir, commonDir }: Repository): string | null {
  const expected = topLevel === null || gitDir === commonDir ? null : expectedBy(gitDir);
  if (topLevel === null || expected === null || expected === topLevel || gitDirOf(expected) !== gitDir) return null;
  return realOf(expected) === realOf(topLevel) ? null : expected;
}

/** Returns where the `.git` file of a folder leads; null if it has none. */
function pointerOf(path: string): string | null {
  const dotGit = join(path, '.git');
  try {
    if (lstatSync(dotGit, { throwIfNoEntry: false })?.isFile() !== true) return null;
  } catch {
    // A folder on the way is a file, or closed to this user.
    return null;
  }
  const target = targetOf(readText(dotGit) ?? '');
  return target === null ? null : resolve(path, target);
}

/** Returns the private git directory of a linked worktree, or null if the folder is none. */
export function gitDirOf(path: string): string | null {
  const target = pointerOf(path);
  return target === null ? null : realOf(target);
}

/** Returns the folder in which a registration expects its worktree; null if it does not say. */
function expectedBy(gitDir: string): string | null {
  const file = readText(join(gitDir, 'gitdir'))?.replace(/[\r\n]+$/, '');
  return file ? dirname(resolve(gitDir, file)) : null;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function realOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
