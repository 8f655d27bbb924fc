import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { parseSessionKey } from '../../../core/ids.ts';
import type { TreeActivity, TreeNotes, Unsaid } from '../../../ports/tree-notes.ts';
import { ageMs, makeFolder, readText, removeFile, writeWhole } from '../files.ts';
import type { Repository } from '../repository.ts';
import { privateDirOf } from './bindings.ts';

/** A commit message takes this long to write at most; what was warned before is of a commit that was given up. */
const WARNED_MS_MAX = 60 * 60_000;

/** Files beside the binding that sh writes and reads: `claim/activity` (a session key), `claim/warned`, and `claim/bypassed`, `claim/refused` in the common directory. */
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
      // Without it commits do not hear of the intent; commands do.
      return;
    }
  }

  forgetIntents(): void {
    removeFile(join(this.#repository.commonDir, 'claim', 'intents'), 'intents');
  }

  noteWarned(lines: readonly string[]): void {
    const folder = join(this.#repository.gitDir, 'claim');
    try {
      makeFolder(folder, 0o700, 'binding folder');
      writeWhole(join(folder, 'warned'), lines.map((line) => `${line}\n`).join(''), 'warned');
    } catch {
      // Where nothing can be written there will be no commit either.
      return;
    }
  }

  takeBypassed(): readonly string[] {
    return taken(join(this.#repository.commonDir, 'claim', 'bypassed'), 'bypassed');
  }

  takeRefused(): readonly Unsaid[] {
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
