import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import type { Oid } from '../../../core/ids.ts';
import type { UnsavedWork } from '../../../ports/worktrees.ts';
import { step } from '../../system/step.ts';
import { lastWords } from '../process.ts';
import type { Repository } from '../repository.ts';

/**
 * Counts the work in a worktree that is taken over.
 *
 * @throws ClaimError `git` if git cannot tell
 */
export async function unsavedWork(repository: Repository, path: string, pushed: Oid | null): Promise<UnsavedWork> {
  const { simpleGit } = await import('simple-git');
  step('before git status');
  const status = await simpleGit({
    baseDir: path,
    allowEnvironment: CONFIGURATION,
    unsafe: { allowUnsafeConfigPaths: true },
  })
    .env(only([...CONFIGURATION, 'HOME', 'PATH', 'XDG_CONFIG_HOME']))
    .status(['--untracked-files=all']);
  step('after git status');
  const counted = await repository.git(
    ['rev-list', '--count', 'HEAD', '--not', '--remotes', ...(pushed === null ? [] : [pushed])],
    { cwd: path },
  );
  if (counted.code !== 0) throw new ClaimError({ code: 'git', kind: 'worktree-unreadable', path, said: lastWords(counted) });
  return { dirtyFiles: status.files.map(({ path: file }) => file), unpushedCommits: Number(String(counted.stdout).trim()) };
}

/**
 * Returns whether files of an unfinished checkout contain anything that the checkout did not write. If it
 * was killed, its last file may be cut short.
 */
export async function hasForeignChanges(repository: Repository, path: string): Promise<boolean> {
  const { stdout } = await repository.git(['diff-files', '--name-only', '-z', '--diff-filter=d'], { cwd: path });
  for (const file of String(stdout)
    .split('\0')
    .filter((name) => name !== '')) {
    const whole = await repository.git(['cat-file', 'blob', `HEAD:${file}`], { cwd: path });
    if (whole.code !== 0 || !lstatSync(join(path, file)).isFile()) return true;
    const written = readFileSync(join(path, file));
    if (!whole.stdout.subarray(0, written.length).equals(written)) return true;
  }
  return false;
}

/** Configuration decides which files git ignores. */
const CONFIGURATION = ['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM'];

/** simple-git refuses to start in many environments: with an `EDITOR`, or the `GIT_EXEC_PATH` that git sets for `git claim`. */
function only(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}
