import { INCLUDED } from '../../core/install/edits.ts';

export type HooksPath = {
  readonly value: string;
  /** Whether git-claim wrote it. */
  readonly isOurs: boolean;
};

/** Git's own configuration, as one call of `git config` gave it: the last value of a key wins. */
export class GitConfig {
  /** The names of the hooks that configuration defines (git 2.54), as they are spelled. */
  readonly hooks: ReadonlySet<string>;
  /** Every `core.hooksPath` that holds for all work trees, the one in force last. */
  readonly hooksPaths: readonly HooksPath[];
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(values: ReadonlyMap<string, readonly string[]>, hooks: ReadonlySet<string>, hooksPaths: readonly HooksPath[]) {
    this.#values = values;
    this.hooks = hooks;
    this.hooksPaths = hooksPaths;
  }

  /** Returns a value, or null when the key is not set; `key` is written as git prints it, section and name in lower case. */
  get(key: string): string | null {
    return this.all(key).at(-1) ?? null;
  }

  /** Returns every value of a key that may be given several times, in git's order. */
  all(key: string): readonly string[] {
    return this.#values.get(key.toLowerCase()) ?? [];
  }

  isTrue(key: string): boolean {
    return /^(?:|true|yes|on|1)$/i.test(this.get(key) ?? 'false');
  }
}

/** The keys any command may need; one call reads them all. */
export const CONFIG_CALL = [
  'config',
  '-z',
  '--show-scope',
  '--show-origin',
  '--get-regexp',
  '^(claim|core|extensions|user|committer|init|color)\\.|^hook\\..*\\.event$',
] as const;

/** One command's own, or one work tree's. */
const PASSING_SCOPE = /^(?:command|worktree)$/;

/** Parses the answer of {@link CONFIG_CALL}; `localFile` is where git says the repository's own configuration lies (perhaps relative). */
export function parseConfig(stdout: string): { readonly config: GitConfig; readonly localFile: string | null } {
  const values = new Map<string, string[]>();
  const hooks = new Set<string>();
  const hooksPaths: HooksPath[] = [];
  let localFile: string | null = null;
  const fields = stdout.split('\0');
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [scope, origin, entry] = fields.slice(at, at + 3) as [string, string, string];
    const newline = entry.indexOf('\n');
    const key = newline < 0 ? entry : entry.slice(0, newline);
    const hook = /^hook\.(.+)\.event$/.exec(key)?.[1];
    if (hook !== undefined) hooks.add(hook);
    const folded = key.toLowerCase();
    const value = newline < 0 ? '' : entry.slice(newline + 1);
    const earlier = values.get(folded);
    if (earlier === undefined) values.set(folded, [value]);
    else earlier.push(value);
    if (key === 'core.hookspath' && !PASSING_SCOPE.test(scope)) hooksPaths.push({ value, isOurs: origin.endsWith(INCLUDED) });
    if (scope === 'local') localFile ??= origin.replace(/^file:/, '');
  }
  return { config: new GitConfig(values, hooks, hooksPaths), localFile };
}
