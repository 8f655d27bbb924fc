import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { parseOid, parseSessionKey } from '../../../core/ids.ts';
import type { NotedCommit, TreeActivity, TreeNotes, UnreportedRefusal } from '../../../ports/tree-notes.ts';
import { ageMs, makeOwnFolder, readText, removeFile, writeWhole } from '../files.ts';
import type { Repository } from '../repository.ts';
import { privateDirOf } from './bindings.ts';

/** Writing a commit message takes no longer than this. Older warnings belong to an abandoned commit. */
const WARNED_MS_MAX = 60 * 60_000;

/**
 * Files beside the binding that sh also reads and writes: `claim/activity` (a session key), `claim/committed` (a commit and a
 * key), `claim/warned`, and in the common directory `claim/bypassed` and `claim/refused`.
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

  committed(worktree: string | null): NotedCommit | null {
    const directory = privateDirOf(this.#repository, worktree);
    const text = directory === null ? null : readText(join(directory, 'claim', 'committed'));
    const [what = '', key = ''] = text?.trimEnd().split(' ') ?? [];
    if (!/^[!-~]{1,200}$/.test(key)) return null;
    return { key: parseSessionKey(key), commit: parseOid(what), isRebase: what === 'rebase' };
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
