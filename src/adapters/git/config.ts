import { INCLUDED } from '../../core/install/edits.ts';

export type HooksPath = {
  readonly value: string;
  /** Whether git-claim wrote it. */
  readonly isOurs: boolean;
  /** As `git config` names it: `local`, `global` or `system`. */
  readonly scope: string;
};

export type PassingHooksPath = { readonly value: string; readonly scope: 'command' | 'worktree' };

/** Git's own configuration, as one call of `git config` returned it. The last value of a key wins. */
export class GitConfig {
  /** The names of the hooks that the configuration defines (git 2.54), as spelled there. */
  readonly hooks: ReadonlySet<string>;
  /** Every `core.hooksPath` that applies to all worktrees, the one in force last. */
  readonly hooksPaths: readonly HooksPath[];
  /** The `core.hooksPath` that only this worktree has, or only this command and what it starts; null for none. */
  readonly passingHooksPath: PassingHooksPath | null;
  readonly #values: ReadonlyMap<string, readonly string[]>;
  /** The values that apply to all worktrees, of the keys that a single worktree may override. */
  readonly #shared: ReadonlyMap<string, string>;

  constructor(
    values: ReadonlyMap<string, readonly string[]>,
    hooks: ReadonlySet<string>,
    hooksPaths: readonly HooksPath[],
    shared: ReadonlyMap<string, string> = new Map(),
    passingHooksPath: PassingHooksPath | null = null,
  ) {
    this.passingHooksPath = passingHooksPath;
    this.#values = values;
    this.hooks = hooks;
    this.hooksPaths = hooksPaths;
    this.#shared = shared;
  }

  /** Returns a value, or null if the key is not set. `key` is written as git prints it, with section and name in lower case. */
  get(key: string): string | null {
    return this.all(key).at(-1) ?? null;
  }

  /** Returns every value of a key that may have several, in git's order. */
  all(key: string): readonly string[] {
    return this.#values.get(key.toLowerCase()) ?? [];
  }

  /** Returns the same configuration, with other values for keys that it does not set. */
  over(others: ReadonlyMap<string, readonly string[]>): GitConfig {
    const values = new Map([...others, ...this.#values]);
    return new GitConfig(values, this.hooks, this.hooksPaths, this.#shared, this.passingHooksPath);
  }

  /** The addresses of all remotes. */
  get remoteUrls(): readonly string[] {
    return [...this.#values].flatMap(([key, values]) => (/^remote\..*\.url$/.test(key) ? values : []));
  }

  /** Returns the address of a remote of that name; an address as it is. */
  addressOf(remote: string): string {
    // Git prints the name of a remote as it is spelled; the configuration knows keys in lower case.
    return this.get(`remote.${remote}.url`) ?? remote;
  }

  isTrue(key: string): boolean {
    return meansTrue(this.get(key));
  }

  /** Returns `core.bare` or `core.worktree` without this worktree's own configuration, as all worktrees see it; null if unset. */
  shared(key: 'core.bare' | 'core.worktree'): string | null {
    return this.#shared.get(key) ?? null;
  }
}

/** Returns whether git reads a value as true. An empty one is a key without `=`. */
export function meansTrue(value: string | null): boolean {
  return /^(?:|true|yes|on|1)$/i.test(value ?? 'false');
}

/** The keys that any command may need. One call reads them all. */
export const CONFIG_CALL = [
  'config',
  '-z',
  '--show-scope',
  '--show-origin',
  '--get-regexp',
  '^(claim|core|extensions|user|committer|init|color)\\.|^hook\\..*\\.(event|enabled)$|^filter\\.git-claim\\.clean$|^remote\\..*\\.(url|pushurl)$',
] as const;

/** What a command line may not choose: how strict the hooks are, and where claims are kept. */
const GATE = /^claim\.(?:mode|refprefix|remote|rule\..*)$/;

/**
 * Parses the output of {@link CONFIG_CALL}. `localFile` is the path of the repository's own configuration as git prints it,
 * perhaps relative. An agent chooses its command line and environment: they neither lower the gate nor move the claims.
 *
 * @param isGlobalNamed whether the environment names the file of the global scope
 */
export function parseConfig(
  stdout: string,
  isGlobalNamed = false,
): { readonly config: GitConfig; readonly localFile: string | null } {
  const values = new Map<string, string[]>();
  const hooks = new Set<string>();
  const hooksPaths: HooksPath[] = [];
  const shared = new Map<string, string>();
  let passing: PassingHooksPath | null = null;
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
    if (GATE.test(folded) && scope === 'command') continue;
    if (isGlobalNamed && scope === 'global' && folded.startsWith('claim.rule.')) continue;
    const earlier = values.get(folded);
    if (earlier === undefined) values.set(folded, [value]);
    else earlier.push(value);
    if (key === 'core.hookspath') {
      if (scope === 'command' || scope === 'worktree') passing = { value, scope };
      else hooksPaths.push({ value, isOurs: origin.endsWith(INCLUDED), scope });
    }
    if (scope !== 'worktree' && (folded === 'core.bare' || folded === 'core.worktree')) shared.set(folded, value);
    if (scope === 'local') localFile ??= origin.replace(/^file:/, '');
  }
  return { config: new GitConfig(values, hooks, hooksPaths, shared, passing), localFile };
}
