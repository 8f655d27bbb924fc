import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Deeper or more is not a folder of orders but the whole disk. */
const DEPTH_MAX = 16;
const FILES_MAX = 200_000;

/**
 * Lists the files below a folder, relative to it and with `/`, sorted. Folders that begin with a dot, `node_modules` and links to folders are left out.
 *
 * @returns null when there is no such folder
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

/** A folder that vanished or may not be looked into has nothing in it for us. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
