import { rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import { attributesEdit } from '../../../core/install/attributes.ts';
import { CLAUDE_EDIT } from '../../../core/install/claude-settings.ts';
import { AGENTS_EDIT, CONFIG_EDIT, type Edit, includeEdit } from '../../../core/install/edits.ts';
import { OWN_HOOKS } from '../../../core/install/hooks.ts';
import { orderGlobs } from '../../../core/orders/globs.ts';
import { INCLUDE_FILE } from '../../../core/trees/include-patterns.ts';
import { temporaryFileOf } from '../files.ts';
import { lastWords } from '../process.ts';
import type { Repository } from '../repository.ts';
import { isDisabled } from './astray.ts';
import { deniedOr, isThere, readBytes } from './bytes.ts';
import type { EditedFile, Manifest } from './manifest.ts';

export type Part = EditedFile['part'];

/** What to configure, by key; null: nothing any more. */
type Values = Readonly<Record<string, string | null>>;

export type Edited = { readonly file: EditedFile; readonly current: string | null };

/** Where a part is, from the top of its worktree. */
const IN_TREE: Record<Exclude<Part, 'config' | 'attributes'>, string> = {
  'agents-md': 'AGENTS.md',
  claude: '.claude/settings.json',
  'worktree-include': INCLUDE_FILE,
};

/** The files of others to which init adds something: with our part, and without it. */
export class EditedFiles {
  readonly configFile: string;
  readonly #repository: Repository;
  readonly #edits: Record<Part, Edit>;

  constructor(repository: Repository) {
    this.#repository = repository;
    this.configFile = join(repository.commonDir, 'config');
    const attributes = attributesEdit(orderGlobs(repository.config.all('claim.orders')));
    this.#edits = {
      ...{ config: CONFIG_EDIT, attributes, 'agents-md': AGENTS_EDIT, claude: CLAUDE_EDIT },
      'worktree-include': includeEdit([]),
    };
  }

  /** Returns whether the file has our part just as it would be added today. */
  has(part: Part): boolean {
    const text = readBytes(this.#inTree(part) ?? '');
    return text !== null && this.#edits[part].add(text) === text;
  }

  /** Returns which of the files that init once added to have no longer our part as it would be added today. */
  drifted({ edited }: Manifest): { readonly part: 'agents-md' | 'claude'; readonly path: string }[] {
    return (['agents-md', 'claude'] as const).flatMap((part) => {
      const path = this.#inTree(part);
      return path !== null && edited.some((file) => file.path === path) && !this.has(part) ? [{ part, path }] : [];
    });
  }

  /** Returns whether our part could be added to the file. */
  isOpen(part: Part): boolean {
    const path = this.#inTree(part);
    return path !== null && whyClosed(path) === null;
  }

  /**
   * Returns which of these files git ignores, relative to the worktree: no commit has them, and no other worktree gets them. In a
   * linked worktree it returns none, because files are copied from the main one.
   */
  async ignored(parts: readonly ('agents-md' | 'claude')[]): Promise<string[]> {
    const { topLevel, mainDir, git } = this.#repository;
    if (parts.length === 0 || topLevel !== mainDir) return [];
    const input = parts.map((part) => `${IN_TREE[part]}\0`).join('');
    const asked = await git(['check-ignore', '-z', '--stdin'], { cwd: mainDir, input });
    return String(asked.stdout).split('\0').filter(Boolean);
  }

  /** Returns those of these files that `.worktreeinclude` does not list. */
  unlisted(paths: readonly string[]): string[] {
    const lines = (readBytes(this.#inTree('worktree-include') ?? '') ?? '').split(/\r?\n/).map((line) => line.replace(/^\//, ''));
    return paths.filter((path) => !lines.includes(path));
  }

  /**
   * Returns the file with our part, the file without it, and its current text, from which both are made.
   *
   * @param values to configure, by key
   * @param listed what `.worktreeinclude` is to list
   * @throws ClaimError `usage` if the file needs a worktree and there is none, or something else is in its place
   */
  async with(part: Part, manifest: Manifest, values: Values, listed: readonly string[]): Promise<Edited> {
    const path = this.#inTree(part);
    if (path === null) throw new ClaimError({ code: 'usage', kind: 'install-without-worktree' });
    const closed = whyClosed(path);
    if (closed !== null) throw new ClaimError({ code: 'usage', kind: 'not-a-file', path: closed });
    const current = readBytes(path);
    const known = manifest.edited.find((file) => file.path === path);
    const isChanged = known !== undefined && known.after !== current && current !== null;
    const before = isChanged ? await this.without(known, current, manifest) : (known ?? { before: current }).before;
    const text = part === 'config' ? await this.#configured(current ?? '', values) : (current ?? '');
    return { file: { part, path, before, after: this.#added(part, text, listed) }, current };
  }

  /** Returns a file that somebody has changed since, without our part. */
  async without({ part }: EditedFile, current: string, manifest: Manifest): Promise<string | null> {
    const rest = this.#edits[part].remove(current);
    if (part !== 'config' || rest === null) return rest;
    const { modeSet, modeBefore = null, settings = {} } = manifest;
    const made = modeSet === undefined ? settings : { 'claim.mode': { before: modeBefore, set: modeSet }, ...settings };
    const restored = new Map<string, string | null>();
    for (const [key, { before, set }] of Object.entries(made)) if ((await this.local(key)) === set) restored.set(key, before);
    return this.#configured(rest, Object.fromEntries(restored));
  }

  /** Returns a value in the repository's own configuration; null if it has none. */
  async local(key: string): Promise<string | null> {
    const asked = await this.#repository.git(['config', '--file', this.configFile, '--get', key]);
    return asked.code === 0 ? String(asked.stdout).trimEnd() : null;
  }

  #added(part: Part, text: string, listed: readonly string[]): string {
    const edit = part === 'worktree-include' ? includeEdit(listed) : this.#edits[part];
    // A `core.hooksPath` after ours would win, and what switches off a hook.
    const { config } = this.#repository;
    const isLast =
      part !== 'config' || (config.hooksPaths.at(-1)?.isOurs !== false && !OWN_HOOKS.some((hook) => isDisabled(config, hook)));
    return edit.add(isLast ? text : (edit.remove(text) ?? ''));
  }

  /** Lets git itself set values in a configuration text, or (null) unset them. */
  async #configured(text: string, values: Values): Promise<string> {
    if (Object.keys(values).length === 0) return text;
    // If this process is killed, the next one that writes the file removes the temporary one.
    const temporary = temporaryFileOf(this.configFile);
    try {
      // A configuration may hold secrets.
      writeFileSync(temporary, text, { encoding: 'latin1', flag: 'wx', mode: 0o600 });
      for (const [key, value] of Object.entries(values)) {
        const args = value === null ? ['--unset-all', key] : ['--replace-all', key, value];
        const result = await this.#repository.git(['config', '--file', temporary, ...args]);
        if (result.code !== 0) throw new ClaimError({ code: 'git', kind: 'setting-not-set', key, said: lastWords(result) });
      }
      return readBytes(temporary) ?? text;
    } catch (error) {
      throw deniedOr(error, this.#repository.mainDir);
    } finally {
      rmSync(temporary, { force: true });
    }
  }

  #inTree(part: Part): string | null {
    const { topLevel, commonDir } = this.#repository;
    if (part === 'config') return this.configFile;
    if (part === 'attributes') return join(commonDir, 'info/attributes');
    return topLevel === null ? null : join(topLevel, IN_TREE[part]);
  }
}

/** Returns what keeps a plain file from being there: a folder, a pipe, a link to nothing; null if nothing does. */
function whyClosed(path: string): string | null {
  const folder = dirname(path);
  if (isThere(folder) && statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return folder;
  return isThere(path) && statSync(path, { throwIfNoEntry: false })?.isFile() !== true ? path : null;
}
