import { appendFileSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { parseOid, parseSessionKey, type SessionKey } from '../../../core/ids.ts';
import type { NotedCommit, NotedPush, TreeActivity, TreeNotes, UnreportedRefusal } from '../../../ports/tree-notes.ts';
import { ageMs, makeOwnFolder, readText, removeFile, writeWhole } from '../files.ts';
import type { Repository } from '../repository.ts';
import { privateDirOf } from './bindings.ts';

/** Writing a commit message takes no longer than this. Older warnings belong to an abandoned commit. */
const WARNED_MS_MAX = 60 * 60_000;

/** Of longer files, the last lines are read: a look comes sooner than after that many commits. */
const LINES_MAX = 1_000;

/**
 * Files beside the binding that sh also reads and writes: `claim/activity` (a session key), `claim/committed` and `claim/pushed`
 * (lines of a commit and a key), `claim/warned`, and in the common directory `claim/bypassed` and `claim/refused`.
 */
export class GitTreeNotes implements TreeNotes {
  readonly #repository: Repository;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  activity(worktree: string | null): TreeActivity | null {
    const directory = privateDirOf(this.#repository, worktree);
    const file = join(directory ?? '', 'claim', 'activity');
    const key = directory === null ? '' : (readText(file)?.trimEnd() ?? '');
    const seen = lstatSync(file, { throwIfNoEntry: false });
    if (seen === undefined || !/^[!-~]{1,200}$/.test(key)) return null;
    return { key: parseSessionKey(key), atMs: seen.mtimeMs };
  }

  committed(worktree: string | null): readonly NotedCommit[] {
    return this.#lines(worktree, 'committed').map(([what, key]) => ({
      key,
      commit: parseOid(what),
      isRebase: what === 'rebase',
    }));
  }

  pushed(worktree: string | null): readonly NotedPush[] {
    return this.#lines(worktree, 'pushed').map(([what, key]) => ({ key, commit: /[1-9a-f]/.test(what) ? parseOid(what) : null }));
  }

  notePushed(worktree: string | null, pushes: readonly NotedPush[]): void {
    const directory = privateDirOf(this.#repository, worktree);
    if (directory === null) return;
    const text = pushes.map(({ commit, key }) => `${commit ?? '0'} ${key}\n`).join('');
    try {
      makeOwnFolder(join(directory, 'claim'), 'binding folder');
      appendFileSync(join(directory, 'claim', 'pushed'), text);
    } catch {
      // Then its own session hears of this push.
      return;
    }
  }

  #lines(worktree: string | null, name: string): [what: string, key: SessionKey][] {
    const directory = privateDirOf(this.#repository, worktree);
    const lines = directory === null ? [] : (readText(join(directory, 'claim', name)) ?? '').split('\n').slice(-LINES_MAX);
    return lines.flatMap((line): [string, SessionKey][] => {
      const [what = '', key = ''] = line.split(' ');
      return /^[!-~]{1,200}$/.test(key) ? [[what, parseSessionKey(key)]] : [];
    });
  }

  takeWarned(): readonly string[] {
    const file = join(this.#repository.gitDir, 'claim', 'warned');
    const isOld = ageMs(file) > WARNED_MS_MAX;
    const lines = taken(file, 'warned');
    return isOld ? [] : lines;
  }

  noteIntent(): void {
    const file = join(this.#repository.commonDir, 'claim', 'intents');
    try {
      writeWhole(file, '', 'intents');
    } catch {
      // Without the file, commits do not learn of the intent; commands do.
      return;
    }
  }

  forgetIntents(): void {
    removeFile(join(this.#repository.commonDir, 'claim', 'intents'), 'intents');
  }

  noteWarned(lines: readonly string[]): void {
    const folder = join(this.#repository.gitDir, 'claim');
    try {
      makeOwnFolder(folder, 'binding folder');
      writeWhole(join(folder, 'warned'), lines.map((line) => `${line}\n`).join(''), 'warned');
    } catch {
      // If nothing can be written here, there will be no commit either.
      return;
    }
  }

  takeBypassed(): readonly string[] {
    return taken(join(this.#repository.commonDir, 'claim', 'bypassed'), 'bypassed');
  }

  takeRefused(): readonly UnreportedRefusal[] {
    const lines = taken(join(this.#repository.commonDir, 'claim', 'refused'), 'refused');
    return lines.map((line) => {
      const [what = '', key = '-'] = line.split(' ');
      return { what, key: /^[!-~]{2,200}$/.test(key) ? parseSessionKey(key) : null };
    });
  }
}

function taken(file: string, name: string): readonly string[] {
  const text = readText(file);
  if (text === null) return [];
  removeFile(file, name);
  return text.split('\n').filter((line) => line !== '');
}
