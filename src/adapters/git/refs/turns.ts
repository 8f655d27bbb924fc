import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../../system/monotonic.ts';
import { signalZero } from '../../system/signal-zero.ts';
import { step } from '../../system/step.ts';
import { makeOwnFolder, removeFile } from '../files.ts';
import type { Repository } from '../repository.ts';
import { plainValue } from './ref-files.ts';

/** A claim takes a tenth of a second. Where fifty processes begin at once, the first of them needs most of this. */
const TURN_MS = 3_000;
const POLL_MS = 30;

/**
 * Lets processes that claim a free order at once come one after the other, because all but one would gather, write and lose. A
 * turn decides nothing, the swap does: whoever waited goes on as soon as the order has a claim, and nobody waits for a process
 * that is dead or takes long.
 *
 * @returns ends the turn; to be called as soon as the order is claimed, or is not
 */
export async function takeTurn(repository: Repository, ref: string, name: string): Promise<() => void> {
  const folder = join(repository.commonDir, 'claim/turns');
  const file = join(folder, name);
  const isFree = () => plainValue(repository, ref) === 'absent';
  try {
    makeOwnFolder(folder, 'turns');
    for (const deadlineMs = monotonicMs() + TURN_MS; ; ) {
      if (isOver(file)) removeFile(file, 'turn');
      if (!isFree()) return NO_TURN;
      if (isBegun(file)) return () => end(file);
      if (monotonicMs() > deadlineMs) return NO_TURN;
      await sleep(POLL_MS * (0.5 + Math.random()));
    }
  } catch {
    // Where nobody may write here, all come at once.
    return NO_TURN;
  }
}

const NO_TURN = () => undefined;

/** @throws Error if nothing can be written here */
function isBegun(file: string): boolean {
  step('before file turn');
  try {
    writeFileSync(file, `${process.pid}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    step('after file turn');
  }
}

/** Returns whether there is a turn of a process that is dead, or that has taken long. */
function isOver(file: string): boolean {
  const pid = ownerOf(file);
  if (pid === null) return false;
  return signalZero(pid) === 'gone' || Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > TURN_MS;
}

function end(file: string): void {
  try {
    if (ownerOf(file) === process.pid) removeFile(file, 'turn');
  } catch {
    // It is over in three seconds.
  }
}

/** Returns the process whose turn it is; null for none, or one that is just beginning it. */
function ownerOf(file: string): number | null {
  try {
    return Number.parseInt(readFileSync(file, 'latin1'), 10) || null;
  } catch {
    return null;
  }
}
