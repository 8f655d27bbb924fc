import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseLockReason } from '../../../core/trees/lock-reason.ts';
import { step } from '../../system/step.ts';
import { ageMs, makeOwnFolder, readText, removeFile, writeWhole } from '../files.ts';
import type { Mutex } from '../refs/stale-locks.ts';
import type { IsMaking } from './leftovers.ts';

/** How long a remover that nobody can see may take: as long as git may take to make a large worktree. */
const REMOVAL_MS = 30 * 60_000;
/** Between its creation and its text, a lock says nothing. */
const SILENT_MS = 10_000;

/** Returns whether the remover that a lock names is alive, or may be. */
export function mayLive(text: string, file: string, isRemoving: IsMaking): boolean {
  const lock = parseLockReason(text);
  if (lock === null) return ageMs(file) < SILENT_MS;
  return (lock.maker === null ? null : isRemoving(lock)) ?? ageMs(file) < REMOVAL_MS;
}

/**
 * Takes the right to move or delete a worktree, which one process has at a time. The right of a process that was killed is taken
 * from it.
 *
 * @param gitDir the worktree's own git directory
 * @param text says who takes it, as a lock's reason does
 * @returns a function that gives it back, or the text of the process that has it
 */
export async function takeRemoval(
  gitDir: string,
  text: string,
  isRemoving: IsMaking,
  mutex: Mutex,
): Promise<(() => void) | string> {
  makeOwnFolder(join(gitDir, 'claim'), 'notes of a worktree');
  const file = join(gitDir, 'claim', 'removing');
  for (let isFirst = true; ; isFirst = false) {
    if (isWrittenAnew(file, text)) return once(() => removeFile(file, 'removal'));
    const other = readText(file) ?? '';
    if (!isFirst || mayLive(other, file, isRemoving)) return other;
    const takeAway = () => {
      if (readText(file) === other) removeFile(file, 'removal');
    };
    if ((await mutex(takeAway)) !== null) takeAway();
  }
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}

/** Returns whether this process has made a file that did not exist. */
function isWrittenAnew(file: string, text: string): boolean {
  step('before file take removal');
  try {
    const made = openSync(file, 'wx', 0o644);
    try {
      try {
        writeSync(made, text);
      } finally {
        // Some file systems notice only now that the disk is full.
        closeSync(made);
      }
    } catch (error) {
      // It would say nothing, and keep others away.
      rmSync(file, { force: true });
      throw error;
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    step('after file take removal');
  }
}

/** How far a removal got, for whoever recovers it. */
export type Journal = {
  /** `deleting`: some files may be gone. `deleted`: all of them are, and only the registration is left. */
  readonly stage: 'deleting' | 'deleted';
  /** The ref that keeps the work, or null. */
  readonly saved: string | null;
  /** The ignored files that go, and exist nowhere else. */
  readonly ignored: { readonly count: number; readonly names: readonly string[] };
};

export function noteRemoval(gitDir: string, journal: Journal): void {
  writeWhole(journalOf(gitDir), JSON.stringify(journal), 'removal journal');
}

/** Returns how far a removal got; null if no file was deleted. */
export function removalNoted(gitDir: string): Journal | null {
  const text = readText(journalOf(gitDir));
  if (text === null) return null;
  try {
    return JSON.parse(text) as Journal;
  } catch {
    // A damaged disk, say: some files may be gone.
    return { stage: 'deleting', saved: null, ignored: { count: 0, names: [] } };
  }
}

export function forgetRemoval(gitDir: string): void {
  removeFile(journalOf(gitDir), 'removal journal');
}

function journalOf(gitDir: string): string {
  return join(gitDir, 'claim', 'removal.json');
}
