import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Symptom, symptom } from '../../../core/doctor/symptom.ts';
import { DEFAULT_MODE, type Mode, parseMode } from '../../../core/guard/mode.ts';
import { FILTER } from '../../../core/install/attributes.ts';
import { configText } from '../../../core/install/config-text.ts';
import { INCLUDED } from '../../../core/install/edits.ts';
import { FOLDERS } from '../../../core/install/hooks.ts';
import { formatRoute, type Route, routeFor } from '../../../core/install/route.ts';
import type { Package } from '../../../core/install/shim.ts';
import { folderOf, orderGlobs } from '../../../core/orders/globs.ts';
import type { Change, Installation, InstallNote, InstallPart, InstallPlan, Wish } from '../../../ports/installation.ts';
import type { GivenAnswer } from '../../system/given-answer.ts';
import { makeOwnFolder } from '../files.ts';
import { outliveLocks } from '../refs/stale-locks.ts';
import type { Repository } from '../repository.ts';
import { bytesOf, deniedOr, makeChange, readBytes } from './bytes.ts';
import { type Edited, EditedFiles, type Part } from './edited-files.ts';
import { hooksLeftBehind, planFiles, planFilesRemoval, planFolder, planFolderRemoval, planSizes } from './hook-files.ts';
import { ignoredRemoval } from './inner-trees.ts';
import { formatManifest, type Manifest, readManifest } from './manifest.ts';
import { probeHooks } from './probe.ts';

/** Runs a section that only one process at a time can be in. The section does not run if there is no mutex. */
export type InstallMutex = <T>(
  section: () => Promise<T>,
) => Promise<{ readonly kind: 'ran'; readonly value: T } | { readonly kind: 'unavailable' }>;

/** The hooks, their configuration, and what init writes into its worktree. */
export class GitInstallation implements Installation {
  readonly #repository: Repository;
  readonly #where: Package;
  readonly #manifestFile: string;
  readonly #includedFile: string;
  readonly #files: EditedFiles;
  readonly #mutex: InstallMutex;

  readonly #declined: GivenAnswer;

  constructor(repository: Repository, where: Package, mutex: InstallMutex, declined: GivenAnswer) {
    this.#declined = declined;
    this.#repository = repository;
    this.#where = where;
    this.#mutex = mutex;
    this.#manifestFile = join(repository.commonDir, 'claim', 'installed.json');
    this.#includedFile = join(repository.commonDir, INCLUDED);
    this.#files = new EditedFiles(repository);
  }

  get isThere(): boolean {
    return existsSync(this.#includedFile) || existsSync(this.#manifestFile);
  }

  get mode(): Mode {
    const configured = this.#repository.config.get('claim.mode');
    return configured === null ? DEFAULT_MODE : parseMode(configured);
  }

  get hasAgentsBlock(): boolean {
    return this.#files.has('agents-md');
  }

  get isAgentsBlockDeclined(): boolean {
    return this.#declined.has();
  }

  noteAgentsBlock(isWanted: boolean): void {
    try {
      if (isWanted) this.#declined.remove();
      else this.#declined.add();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }

  async plan(wish: Wish): Promise<InstallPlan> {
    const { commonDir, topLevel } = this.#repository;
    const manifest = readManifest(this.#manifestFile);
    const mode = wish.mode ?? this.mode;
    const before = await this.#hooksPathBefore();
    const route = routeFor(String((await this.#repository.git(['version'])).stdout), before?.raw ?? null);
    const hooks =
      route.kind === 'path'
        ? planFolder(commonDir, before?.path ?? '', topLevel ?? commonDir, mode, this.#where)
        : planFolderRemoval(commonDir);
    const files = route.kind === 'files' ? planFiles(commonDir, mode, this.#where) : planFilesRemoval(commonDir);
    const sizes = route.kind === 'files' ? planSizes(files, commonDir, mode) : new Map<string, number>();
    const own = configText(route, formatRoute(route, sizes), mode, this.#where, join(commonDir, FOLDERS.own));
    const foreign = this.#files.has('attributes') ? null : await this.#foreignFilter();
    const wanted: Part[] = [
      'config',
      ...(foreign === null ? ['attributes' as const] : []),
      ...(wish.agentsMd ? ['agents-md' as const] : []),
      ...(wish.claude ? ['claude' as const] : []),
    ];
    const memory = { ...manifest, ...(await this.#modeMemory(manifest, wish.mode)) };
    const edited: Edited[] = [];
    for (const part of wanted) edited.push(await this.#files.with(part, memory, wish.mode));
    const noted = edited.map(({ file }) => file).filter(({ before, after }) => before !== after);
    // In their first order, so that an unchanged manifest is not written again.
    const known = manifest.edited.flatMap((old) =>
      edited.some(({ file }) => file.path === old.path) ? noted.filter(({ path }) => path === old.path) : [old],
    );
    const fresh = noted.filter(({ path }) => !manifest.edited.some((old) => old.path === path));
    return {
      route,
      mode,
      changes: [
        ...writing('manifest', this.#manifestFile, formatManifest({ ...memory, edited: [...known, ...fresh] })),
        ...files,
        ...hooks,
        ...writing('config', this.#includedFile, bytesOf(own)),
        ...edited.flatMap(({ file: { part, path, after }, current }) => writing(part, path, after, current)),
      ],
      notes: [
        ...(this.#where.githooks.includes('/_npx/') ? [{ kind: 'passing' } as const] : []),
        ...(foreign === null ? [] : [{ kind: 'filtered', filter: foreign } as const]),
      ],
    };
  }

  async planRemoval(): Promise<InstallPlan> {
    const { commonDir } = this.#repository;
    const manifest = readManifest(this.#manifestFile);
    const hasConfig = manifest.edited.some(({ part }) => part === 'config');
    const config = { part: 'config', path: this.#files.configFile, before: null, after: '' } as const;
    const restored: Change[] = [];
    const notes: InstallNote[] = [];
    for (const file of hasConfig ? manifest.edited : [...manifest.edited, config]) {
      const current = readBytes(file.path);
      if (current === null) continue;
      const rest = current === file.after ? file.before : await this.#files.without(file, current, manifest);
      if (rest === null) restored.push({ kind: 'remove', part: file.part, path: file.path });
      else restored.push(...writing(file.part, file.path, rest, current));
      if (current !== file.after && file.after !== '') notes.push({ kind: 'changed', path: file.path });
    }
    const hooks = [...planFilesRemoval(commonDir), ...planFolderRemoval(commonDir)];
    const left = hooksLeftBehind(commonDir, hooks);
    return {
      route: { kind: 'files' },
      mode: DEFAULT_MODE,
      changes: [
        ...restored,
        ...hooks,
        ...ignoredRemoval(this.#repository),
        ...[this.#includedFile, this.#manifestFile]
          .filter(existsSync)
          .map((path) => ({ kind: 'remove', part: 'manifest', path }) as const),
      ],
      notes: [...notes, ...left.map((path) => ({ kind: 'left', path }) as const)],
    };
  }

  async examine(trees: readonly string[]): Promise<Symptom[]> {
    if (!this.isThere) return [symptom('not-set-up', { what: 'not-set-up' }, { severity: 'info' })];
    const { mode, route, changes } = await this.plan({ mode: null, agentsMd: false, claude: false });
    const silent = await this.probe(trees, mode, route);
    // The probe already reports, for each worktree, what keeps hooks from running.
    const told = silent.length > 0 ? ['manifest', 'hook'] : ['manifest'];
    const astray = changes.filter(({ part }) => !told.includes(part));
    return [...notInPlace(astray), ...silent];
  }

  probe(trees: readonly string[], mode: Mode, route: Route): Promise<Symptom[]> {
    return probeHooks(this.#repository, trees, mode, route);
  }

  async exclusively<T>(section: () => Promise<T>): Promise<T> {
    if (existsSync(`${this.#files.configFile}.lock`)) await this.#outliveConfigLock();
    const outcome = await this.#mutex(section);
    return outcome.kind === 'ran' ? outcome.value : section();
  }

  apply(changes: readonly Change[]): void {
    try {
      for (const change of changes) makeChange(change);
    } catch (error) {
      throw deniedOr(error, this.#repository.mainDir);
    }
  }

  /** Waits out a lock on the configuration. If a killed process left it (a git or one of ours), nobody else ever removes it. */
  async #outliveConfigLock(): Promise<void> {
    makeOwnFolder(dirname(this.#manifestFile), 'claim');
    await outliveLocks(this.#repository, ['config'], async (section) => {
      const cleared = await this.#mutex(async () => section());
      return cleared.kind === 'ran' ? null : 'no two processes can be kept apart here';
    });
  }

  /** Returns a filter that order files go through already (git-lfs, git-crypt), or null. A file can have only one. */
  async #foreignFilter(): Promise<string | null> {
    const { git, config } = this.#repository;
    const folders = orderGlobs(config.all('claim.orders')).map((glob) => folderOf(glob) || '.');
    const listed = await git(['ls-files', '-z', '--', ...folders]);
    const asked = await git(['check-attr', '-z', '--stdin', 'filter'], { input: listed.stdout });
    // Each answer is a path, the attribute and its value.
    const filters = String(asked.stdout)
      .split('\0')
      .filter((_, at) => at % 3 === 2);
    return filters.find((filter) => !['unspecified', 'unset', FILTER].includes(filter)) ?? null;
  }

  /** Returns what was configured before the first init set a mode. */
  async #modeMemory({ modeSet }: Manifest, mode: Mode | null): Promise<Pick<Manifest, 'modeBefore' | 'modeSet'>> {
    if (mode === null) return {};
    return modeSet === undefined ? { modeBefore: await this.#files.localMode(), modeSet: mode } : { modeSet: mode };
  }

  /** Returns the `core.hooksPath` that would be in force without us, as written and as git reads it. */
  async #hooksPathBefore(): Promise<{ readonly raw: string; readonly path: string } | null> {
    const raw = this.#repository.config.hooksPaths.findLast(({ isOurs }) => !isOurs)?.value;
    if (raw === undefined) return null;
    // Only git knows what `~someone/` and `%(prefix)/` mean.
    const asked = await this.#repository.git(['-c', `core.hooksPath=${raw}`, 'config', '--type=path', '-z', 'core.hooksPath']);
    const path = String(asked.stdout).split('\0')[0];
    return { raw, path: path || raw };
  }
}

/** Returns one symptom per folder and kind of trouble, however many files are affected. */
function notInPlace(changes: readonly Change[]): Symptom[] {
  const places = new Map<string, Change[]>();
  for (const change of changes) {
    const key = `${dirname(change.path)}\0${change.kind}`;
    places.set(key, [...(places.get(key) ?? []), change]);
  }
  return Array.from(places.values(), (alike) => {
    const [{ kind, path }] = alike as [Change];
    const about = { what: 'files', wrong: kind, names: alike.map((change) => basename(change.path)) } as const;
    return symptom('hooks', about, { place: dirname(path), isFixable: true });
  });
}

/** @param before the text that the new text was made from */
function writing(part: InstallPart, path: string, text: string, before = readBytes(path)): Change[] {
  return before === text ? [] : [{ kind: 'write', part, path, before, text }];
}
