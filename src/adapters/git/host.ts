import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { siteOf } from '../../core/remote/address.ts';
import type { Host, HostFacts, OldLock } from '../../ports/host.ts';
import { clearLeftLocks, leftLock } from './index-file.ts';
import { otherRemote } from './other-remote.ts';
import { clearStaleLocks, fileSystemNowMs, type Mutex } from './refs/stale-locks.ts';
import type { Repository } from './repository.ts';

/** Nobody keeps more folders than this beside a repository and still knows what they are. */
const NEIGHBOURS_MAX = 200;
/** More locks than any crash leaves behind. */
const LOCKS_MAX = 1_000;

export class GitHost implements Host {
  readonly #repository: Repository;
  readonly #mutex: Mutex;

  constructor(repository: Repository, mutex: Mutex) {
    this.#repository = repository;
    this.#mutex = mutex;
  }

  async facts(): Promise<HostFacts> {
    const { commonDir, config, git } = this.#repository;
    const stampedMs = fileSystemNowMs(commonDir);
    return {
      git: String((await git(['version'])).stdout).trim(),
      node: process.versions.node,
      unwritable: whyUnwritable(commonDir),
      fileClockAheadMs: stampedMs === null ? null : stampedMs - Date.now(),
      foldsCase: existsSync(join(commonDir, 'hEAD')),
      isGitToldOfCase: config.isTrue('core.ignorecase'),
    };
  }

  get committed(): Host['committed'] {
    const { complaints = [] } = this.#repository.committed ?? {};
    return { complaints, otherRemote: otherRemote(this.#repository) };
  }

  async bareTrees(trees: readonly string[]): Promise<string[]> {
    const { config, git } = this.#repository;
    const isPerTree = config.isTrue('extensions.worktreeconfig');
    // Without configurations of their own, linked worktrees never inherit it.
    if (!isPerTree && !config.isTrue('core.bare')) return [];
    const asked = trees.map(async (path) => {
      const { stdout } = await git(['rev-parse', '--is-inside-work-tree'], { cwd: path });
      return String(stdout).trim() === 'true' ? [] : [path];
    });
    return (await Promise.all(asked)).flat();
  }

  async oldLocks(isClearing: boolean): Promise<OldLock[]> {
    const { commonDir } = this.#repository;
    const refs = [
      'HEAD',
      'config',
      'index',
      ...indexesOf(commonDir),
      ...locksBelow(join(commonDir, 'refs')).map((path) => relative(commonDir, path).replace(/\.lock$/, '')),
    ];
    const left = ['index', ...indexesOf(commonDir)].map((index) => dirname(join(commonDir, index))).filter(isLeft);
    if (isClearing) clearLeftLocks(left);
    const ours = left.map((gitDir) => join(gitDir, 'index.lock'));
    // Without the mutex nothing is removed, and the verdict is the same.
    const looking: Mutex = async () => null;
    const found = await clearStaleLocks(this.#repository, refs, isClearing ? this.#mutex : looking);
    const others = found
      .filter(({ path, verdict }) => (verdict === 'gone' || verdict === 'unclear') && !ours.includes(path))
      .map(({ path, verdict, why }) => ({
        path,
        why,
        isStale: verdict === 'gone',
        isCleared: isClearing && !existsSync(path),
      }));
    return [...ours.map((path) => ({ path, why: '', isStale: true, isCleared: isClearing && !existsSync(path) })), ...others];
  }

  async clones(): Promise<string[]> {
    const { mainDir, commonDir } = this.#repository;
    const own = await this.#originOf(commonDir);
    const names = new Set([own, mainDir, commonDir].filter((name) => name !== null));
    const beside = readdirSync(dirname(mainDir), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const found: string[] = [];
    for (const entry of beside.slice(0, NEIGHBOURS_MAX)) {
      const path = join(dirname(mainDir), entry.name);
      const gitDir = [join(path, '.git'), path].find(
        (folder) => existsSync(join(folder, 'objects')) && existsSync(join(folder, 'HEAD')),
      );
      if (gitDir === undefined || gitDir === commonDir) continue;
      // What is only pushed to and fetched from: nobody works there.
      if (gitDir === path && !existsSync(join(gitDir, 'worktrees'))) continue;
      const origin = await this.#originOf(gitDir);
      // A clone of this very repository, its origin in a neighbouring folder, or another clone of the same origin.
      if ((origin !== null && names.has(origin)) || own === path || own === gitDir) found.push(path);
    }
    return found;
  }

  /** Returns the same text for the same place, however it is written. */
  async #originOf(gitDir: string): Promise<string | null> {
    const asked = await this.#repository.git(['config', '--file', join(gitDir, 'config'), '--get', 'remote.origin.url']);
    if (asked.code !== 0) return null;
    const { host, path } = siteOf(String(asked.stdout).trimEnd());
    return host === null ? resolve(dirname(gitDir), path) : `${host}/${path}`;
  }
}

/** A claim needs to write to each of these. */
function whyUnwritable(commonDir: string): HostFacts['unwritable'] {
  for (const place of [commonDir, join(commonDir, 'refs'), join(commonDir, 'objects')])
    try {
      if (existsSync(place)) accessSync(place, constants.W_OK);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return { place, said: message.replace(/, access .*$/s, ''), isReadOnly: code === 'EROFS' };
    }
  return null;
}

/** Whether a process of ours was killed while it had locked the index there. */
function isLeft(gitDir: string): boolean {
  return leftLock(gitDir) === 'left';
}

/** Returns the indexes of the linked worktrees, relative to the common directory. */
function indexesOf(commonDir: string): string[] {
  const folder = join(commonDir, 'worktrees');
  return existsSync(folder) ? readdirSync(folder).map((name) => `worktrees/${name}/index`) : [];
}

function locksBelow(folder: string): string[] {
  const locks: string[] = [];
  const folders = [folder];
  for (let at = folders.pop(); at !== undefined && locks.length < LOCKS_MAX; at = folders.pop()) {
    for (const entry of existsSync(at) ? readdirSync(at, { withFileTypes: true }) : []) {
      if (entry.isDirectory()) folders.push(join(at, entry.name));
      else if (entry.name.endsWith('.lock')) locks.push(join(at, entry.name));
    }
  }
  return locks;
}
