import { lstatSync, readdirSync } from 'node:fs';
import { latin1, nameBytes } from './tree-git.ts';

/** Something in a folder, with its path from the top as a latin1 text. */
export type Below = { readonly path: string; readonly isFolder: boolean; readonly names: ReadonlySet<string> };

/**
 * Goes through a folder and all below it, links aside, the upper ones first.
 *
 * @param mayEnter asked for each folder but the first, with the names that are in it
 * @throws the file system's error for a folder that cannot be read: what is in it is unknown
 */
export function* below(
  top: string,
  mayEnter: (path: string, names: ReadonlySet<string>) => boolean = () => true,
): Generator<Below> {
  const root = latin1(top);
  const left = [''];
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    const found = readdirSync(nameBytes(root, '/', folder), { withFileTypes: true, encoding: 'buffer' });
    const entries = found.map((entry) => ({ name: entry.name.toString('latin1'), isFolder: entry.isDirectory() }));
    const names = new Set(entries.map(({ name }) => name));
    if (folder !== '') yield { path: folder, isFolder: true, names };
    if (folder !== '' && !mayEnter(folder, names)) continue;
    for (const { name, isFolder } of entries) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (isFolder) left.push(path);
      else yield { path, isFolder: false, names: NONE };
    }
  }
}

const NONE: ReadonlySet<string> = new Set();

/** What shows that a file is still the very one that was seen, its time of change last; null if there is none. */
export function signatureOf(path: Buffer): string | null {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : [found.dev, found.ino, found.mode, found.size, found.mtimeNs, found.ctimeNs].join(' ');
}

/** The same without the time of change, which also changes when another name of the file is deleted. */
export function unlinkedSignature(signature: string): string {
  return signature.slice(0, signature.lastIndexOf(' '));
}
