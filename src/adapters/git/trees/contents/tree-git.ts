import { ClaimError } from '../../../../core/errors.ts';
import { type GitResult, lastWords } from '../../process.ts';
import type { Repository } from '../../repository.ts';

/** Git in one worktree, wherever the registration says that it is. Names of files are latin1 texts, which keep every byte. */
export type TreeGit = {
  readonly path: string;
  readonly gitDir: string;
  ask(args: readonly string[], options?: AskOptions): Promise<GitResult>;
  /** @throws ClaimError `git` if git fails: what it does not tell is unknown, and never nothing */
  told(args: readonly string[], options?: AskOptions): Promise<string>;
};

type AskOptions = { readonly input?: Buffer | string; readonly env?: Readonly<Record<string, string>> };

/** Nothing that the configuration names is run but filters, and no object is fetched. */
const QUIETLY = [
  ...['core.fsmonitor=false', 'core.untrackedCache=false', 'core.hooksPath=/dev/null'],
  // Without this, git takes a new file for another one whose name differs in case, wherever the repository was made.
  'core.ignoreCase=false',
  // The shared half of a split index lies beside the worktree's own index, where nothing is to be written.
  'core.splitIndex=false',
  // Whatever a file's times say, git looks at those that show a change.
  ...['core.trustctime=true', 'core.checkStat=default'],
].flatMap((one) => ['-c', one]);
const ENVIRONMENT = { GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1' };

/** Reading every file of a large worktree takes minutes. */
const READ_MS = 30 * 60_000;

export function gitInTree({ git }: Repository, path: string, gitDir: string): TreeGit {
  const ask: TreeGit['ask'] = (args, { input, env } = {}) =>
    git([...QUIETLY, ...args], {
      cwd: path,
      timeoutMs: READ_MS,
      env: { GIT_DIR: gitDir, GIT_WORK_TREE: path, ...ENVIRONMENT, ...env },
      ...(input === undefined ? {} : { input }),
    });
  const told: TreeGit['told'] = async (args, options) => {
    const answered = await ask(args, options);
    if (answered.code !== 0) throw new ClaimError({ code: 'git', kind: 'worktree-unreadable', path, said: lastWords(answered) });
    return answered.stdout.toString('latin1');
  };
  return { path, gitDir, ask, told };
}

/** Returns the parts of an answer of `-z`. */
export function partsOf(answer: string): string[] {
  return answer.split('\0').filter((part) => part !== '');
}

/** Returns the bytes of a name, for the file system and for git's input. */
export function nameBytes(...names: readonly string[]): Buffer {
  return Buffer.from(names.join(''), 'latin1');
}

/** Returns a name as people and JSON read it. */
export function readable(name: string): string {
  return nameBytes(name).toString('utf8');
}

/** Returns a path of this process's own as a latin1 text, to which names can be added. */
export function latin1(path: string): string {
  return Buffer.from(path).toString('latin1');
}
