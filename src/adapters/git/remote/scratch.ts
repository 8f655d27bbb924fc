import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Git } from '../process.ts';
import type { Repository } from '../repository.ts';

/** A repository that reads and configures as the real one, and writes its objects elsewhere. */
export type Scratch = { readonly repository: Repository; readonly folder: string };

/** Does something with such repositories, each with objects of its own, and removes what was written. */
export async function withScratch<T>(
  repository: Repository,
  count: number,
  use: (scratches: readonly Scratch[], folder: string) => Promise<T>,
): Promise<T> {
  const top = mkdtempSync(join(tmpdir(), 'git-claim-trial-'));
  try {
    const scratches = Array.from({ length: count }, (_, n) => scratchIn(repository, join(top, String(n))));
    return await use(scratches, top);
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}

function scratchIn(repository: Repository, folder: string): Scratch {
  const objects = join(folder, 'objects');
  mkdirSync(objects, { recursive: true });
  // Git splits the list at colons, except within quotes.
  const beside = JSON.stringify(join(repository.commonDir, 'objects'));
  const env = { GIT_OBJECT_DIRECTORY: objects, GIT_ALTERNATE_OBJECT_DIRECTORIES: beside };
  const git: Git = (args, options) => repository.git(args, { ...options, env: { ...env, ...options?.env } });
  return { repository: { ...repository, commonDir: folder, git }, folder };
}
