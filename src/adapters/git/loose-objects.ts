import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Oid } from '../../core/ids.ts';
import { step } from '../system/step.ts';
import type { GitObject } from './git-object.ts';
import type { FoundObject } from './read-objects.ts';
import type { Repository } from './repository.ts';
import { storedIn, storedStream } from './stored-stream.ts';

/**
 * Writes objects as git writes loose ones (gitrepository-layout(5)): each into a temporary file, which is synced to disk and then
 * renamed. An object that is loose already keeps its content and becomes younger, so that no gc takes it for forgotten.
 *
 * @returns whether all are there; false leaves them to git, which also knows how to say why it cannot
 */
export function writeLooseObjects(repository: Repository, objects: readonly GitObject[]): boolean {
  if (!isPlainStore(repository)) return false;
  step('before file objects');
  try {
    for (const object of objects) writeLooseObject(pathOf(repository, object.oid), object);
    return true;
  } catch {
    return false;
  } finally {
    step('after file objects');
  }
}

/** Returns an object as {@link writeLooseObjects} has written it; null for any other, which git has to read. */
export function readLooseObject({ commonDir }: Repository, oid: Oid): FoundObject | null {
  try {
    const stored = storedIn(readFileSync(pathOf({ commonDir }, oid)));
    const end = stored?.indexOf(0) ?? -1;
    const [, type = '', size] = /^([a-z]+) ([0-9]+)$/.exec(stored?.toString('latin1', 0, end) ?? '') ?? [];
    const body = stored?.subarray(end + 1);
    return body !== undefined && body.length === Number(size) ? { oid, type, body } : null;
  } catch {
    return null;
  }
}

/** Returns whether each object is there as a loose one. If not, it may still be in a pack. */
export function areLoose(repository: Repository, objects: readonly GitObject[]): boolean {
  return objects.every(({ oid }) => lstatSync(pathOf(repository, oid), { throwIfNoEntry: false })?.isFile() === true);
}

/** Git gives the files of a shared repository more bits, and writes those with two names per object in a second place too. */
function isPlainStore({ config }: Repository): boolean {
  return config.get('core.sharedrepository') === null && config.get('extensions.compatobjectformat') === null;
}

function pathOf({ commonDir }: Pick<Repository, 'commonDir'>, oid: Oid): string {
  return join(commonDir, 'objects', oid.slice(0, 2), oid.slice(2));
}

function writeLooseObject(path: string, { type, body }: GitObject): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile()) {
    const now = Date.now() / 1_000;
    utimesSync(path, now, now);
    return;
  }
  const temporary = join(dirname(path), `tmp_obj_${process.pid}${String(Math.random()).slice(2)}`);
  const file = openNew(temporary);
  try {
    try {
      writeFileSync(file, storedStream(Buffer.concat([Buffer.from(`${type} ${body.length}\0`), body])));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    step('draft file objects');
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Opens a new file for writing, with the mode that git gives objects. A gc removes empty folders, even a new one. */
function openNew(path: string): number {
  try {
    return openSync(path, 'wx', 0o444);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'wx', 0o444);
  }
}
