import { ClaimError } from '../../../../core/errors.ts';
import type { TreeLook } from '../../../../ports/worktrees.ts';
import { below, signatureOf, unlinkedSignature } from './folders.ts';
import { latin1, nameBytes } from './tree-git.ts';

/** Everything in a worktree at one time. Names are latin1 texts. */
export type Inventory = {
  /** With what shows that a file is still the same. */
  readonly files: ReadonlyMap<string, string>;
  /** The upper ones first. */
  readonly folders: readonly string[];
};

/** @throws the file system's error for a folder that cannot be read */
export function inventoryOf(top: string): Inventory {
  const root = latin1(top);
  const files = new Map<string, string>();
  const folders: string[] = [];
  for (const { path, isFolder } of below(top)) {
    if (isFolder) folders.push(path);
    else files.set(path, signatureOf(nameBytes(root, '/', path)) ?? '');
  }
  return { files, folders };
}

/** @throws ClaimError `git` if anything in the worktree cannot be seen */
export function lookAt(path: string): TreeLook {
  try {
    return lookOf(inventoryOf(path));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new ClaimError({ code: 'git', kind: 'worktree-unreadable', path, said });
  }
}

/** Returns what is compared over minutes: another name of a file, made or deleted meanwhile, does not change the file. */
export function lookOf({ files, folders }: Inventory): TreeLook {
  return new Map([
    ...folders.map((path) => [path, ''] as const),
    ...Array.from(files, ([path, signature]) => [path, unlinkedSignature(signature)] as const),
  ]);
}

/** Returns what is new, or has changed. What is gone was not deleted by us. */
export function newSince(before: TreeLook, now: TreeLook): string[] {
  return [...now].flatMap(([path, signature]) => (before.get(path) === signature ? [] : [path]));
}

/** Returns what changed in the least since a moment ago. */
export function touchedSince(before: Inventory, now: Inventory): string[] {
  const folders = new Set(before.folders);
  return [...now.folders.filter((path) => !folders.has(path)), ...newSince(before.files, now.files)];
}
