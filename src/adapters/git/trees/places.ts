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
    absolute: remembered((path) => resolve(mainDir, path)),
    // A path in a record has `/` on every system. The main worktree itself is `.`.
    relative: (path) => relative(mainDir, path).split(sep).join('/') || '.',
    isThere: existsSync,
    isTyped: (text) => existsSync(resolve(cwd, text)),
    typedPath: async (text) => (await import('./typed-path.ts')).typedPath(repository, cwd, text),
  };
}
