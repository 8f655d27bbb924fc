import { existsSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { remembered } from '../../../core/remembered.ts';
import { repoName } from '../../../core/trees/worktree-path.ts';
import type { Places } from '../../../ports/places.ts';
import type { Repository } from '../repository.ts';

/** Returns where the repository is, and the folder from which the command runs. */
export function placesIn(repository: Repository, cwd: string): Places {
  const { mainDir, topLevel } = repository;
  return {
    mainDir,
    topLevel,
    repo: repoName(mainDir.split(sep)),
    absolute: absoluteIn(mainDir),
    // A path in a record has `/` on every system. The main worktree itself is `.`.
    relative: (path) => relative(mainDir, path).split(sep).join('/') || '.',
    isThere: existsSync,
    isTyped: (text) => existsSync(resolve(cwd, text)),
    typedPath: async (text) => (await import('./typed-path.ts')).typedPath(repository, cwd, text),
  };
}

/** Most worktrees are beside each other, and each folder is resolved once. */
function absoluteIn(mainDir: string): (path: string) => string {
  const folderAt = remembered((folder: string) => resolve(mainDir, folder));
  return remembered((path) => {
    const slash = path.lastIndexOf('/');
    const [folder, name] = [path.slice(0, slash), path.slice(slash + 1)];
    // Of a folder at the root, the slash is all there is.
    return slash < 1 || folder === '/' || /^\.{0,2}$/.test(name) ? resolve(mainDir, path) : `${folderAt(folder)}${sep}${name}`;
  });
}
