import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Anything deeper or larger is not a folder of orders but the whole disk. */
const DEPTH_MAX = 16;
const FILES_MAX = 200_000;

/**
 * Lists the files below a folder, relative to it, with `/`, sorted. Folders that begin with a dot,
 * `node_modules` and links to folders are left out.
 *
 * @returns null if there is no such folder
 */
export function filesBelow(folder: string): string[] | null {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return null;
  const files: string[] = [];
  const visit = (path: string, depth: number) => {
    for (const entry of entriesOf(join(folder, path))) {
      if (files.length >= FILES_MAX) return;
      const below = path === '' ? entry.name : `${path}/${entry.name}`;
      if (!entry.isDirectory()) files.push(below);
      else if (depth < DEPTH_MAX && !entry.name.startsWith('.') && entry.name !== 'node_modules') visit(below, depth + 1);
    }
  };
  visit('', 0);
  return files.sort();
}

/** A folder that vanished or may not be read counts as empty. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
