import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { step } from '../system/step.ts';
import { COMPANIONS } from './place.ts';

/** Enough to find out what happened. The file is a cache, and its folder must not grow for ever. */
const KEPT = 3;

/**
 * Renames a database and its companions to `<path>.<why>-<time>`, and removes all but the newest few that were set aside. It must
 * run under the mutex: between the renames the files do not belong together.
 *
 * @param why `corrupt` or `newer-<version>`
 */
export function setAside(path: string, why: string): void {
  const target = freeName(path, why);
  // The database first: a process that still has it open then sees that it moved, and does not
  // touch its successor's WAL when it closes.
  for (const suffix of ['', ...COMPANIONS]) {
    if (!existsSync(path + suffix)) continue;
    step(`before file set aside${suffix}`);
    renameSync(path + suffix, target + suffix);
    step(`after file set aside${suffix}`);
  }
  forgetOldest(path);
}

function freeName(path: string, why: string): string {
  for (let atMs = Date.now(); ; atMs += 1) {
    const target = `${path}.${why}-${new Date(atMs).toISOString().replace(/[-:.]/g, '')}`;
    if (!['', ...COMPANIONS].some((suffix) => existsSync(target + suffix))) return target;
  }
}

function forgetOldest(path: string): void {
  const ASIDE = /\.(?:corrupt|newer-[0-9]+)-([0-9]{8}T[0-9]{9}Z)(?:-wal|-shm|-journal)?$/;
  const timeOf = (name: string) => (name.startsWith(`${basename(path)}.`) ? ASIDE.exec(name)?.[1] : undefined);
  const names = readdirSync(dirname(path));
  const times = [...new Set(names.map(timeOf))].filter((time) => time !== undefined).sort();
  const old = new Set(times.slice(0, -KEPT));
  for (const name of names.filter((each) => old.has(timeOf(each) ?? ''))) {
    step('before file remove old');
    rmSync(join(dirname(path), name), { force: true });
    step('after file remove old');
  }
}
