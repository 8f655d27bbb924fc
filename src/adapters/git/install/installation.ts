import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Symptom, symptom } from '../../../core/doctor/symptom.ts';
import { ClaimError } from '../../../core/errors.ts';
import { DEFAULT_MODE, type Mode, parseMode } from '../../../core/guard/mode.ts';
import { INCLUDED, MANIFEST } from '../../../core/install/edits.ts';
import type { Lowered } from '../../../core/install/gate.ts';
import type { Package } from '../../../core/install/package.ts';
import type { Route } from '../../../core/install/route.ts';
import {
  type Change,
  type Installation,
  type InstallNote,
  type InstallPlan,
  NO_WISH,
  type Offer,
  type Wish,
} from '../../../ports/installation.ts';
import type { GivenAnswer } from '../../system/given-answer.ts';
import { makeOwnFolder } from '../files.ts';
import { lastWords } from '../process.ts';
import { clearStaleLocks, type Mutex, outliveLocks } from '../refs/stale-locks.ts';
import type { Repository } from '../repository.ts';
import { bytesOf, deniedOr, isThere, makeChange, readBytes, writing } from './bytes.ts';
import { gateFor, loweredHere } from './configured-gate.ts';
import { type Edited, EditedFiles, type Part } from './edited-files.ts';
import { installFilter } from './filter-alone.ts';
import { foreignFilter } from './foreign-filter.ts';
import { hooksLeftBehind, planFilesRemoval, planFolderRemoval } from './hook-files.ts';
import { hooksPathBefore } from './hooks-path.ts';
import { ignoredRemoval } from './inner-trees.ts';
import { formatManifest, readManifest, remembering, settingsMemory } from './manifest.ts';
import { danglingHooks, noted, notInPlace } from './out-of-place.ts';
import { hooksSetting, planHooks } from './plan-hooks.ts';
import { probeHooks } from './probe.ts';
import { unclearIndex } from './unclear-index.ts';

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

  readonly #declined: Readonly<Record<Offer, GivenAnswer>>;

  constructor(repository: Repository, where: Package, mutex: InstallMutex, declined: Readonly<Record<Offer, GivenAnswer>>) {
    this.#declined = declined;
    this.#repository = repository;
    this.#where = where;
    this.#mutex = mutex;
    this.#manifestFile = join(repository.commonDir, MANIFEST);
    this.#includedFile = join(repository.commonDir, INCLUDED);
    this.#files = new EditedFiles(repository);
  }

  get isThere(): boolean {
    const isAnythingThere = existsSync(this.#includedFile) || existsSync(this.#manifestFile);
    return isAnythingThere && readManifest(this.#manifestFile).isFilterAlone !== true;
  }

  get mode(): Mode {
    const configured = this.#repository.config.get('claim.mode');
    return configured === null ? DEFAULT_MODE : parseMode(configured);
  }

  lowering(mode: Mode | null): readonly Lowered[] {
    return this.isThere ? loweredHere(this.#repository.config, mode) : [];
  }

  get lacksAgentsBlock(): boolean {
    return this.#files.isOpen('agents-md') && !this.#files.has('agents-md');
  }

  async unlisted(parts: readonly ('agents-md' | 'claude')[]): Promise<readonly string[]> {
    return this.#files.unlisted(await this.#files.ignored(parts));
  }

  isDeclined(offer: Offer): boolean {
    return this.#declined[offer].has();
  }

  noteAnswer(offer: Offer, isWanted: boolean): void {
    try {
      if (isWanted) this.#declined[offer].remove();
      else this.#declined[offer].add();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }

  async addFilter(): Promise<boolean> {
    if (this.isThere || this.isDeclined('filter')) return false;
    const lock = `${this.#files.configFile}.lock`;
    if (existsSync(lock)) await clearStaleLocks(this.#repository, ['config'], this.#clearing);
    // Git holds it for milliseconds: the next claim tries again.
    if (existsSync(lock)) return false;
    const outcome = await this.#mutex(() => installFilter(this.#repository, this.#where));
    return outcome.kind === 'ran' && outcome.value;
  }

  async placeAgentTrees(agent: string, template: string): Promise<void> {
    const key = `claim.worktrees.${agent}`;
    const set = await this.#repository.git(['config', '--local', key, template]);
    if (set.code !== 0) throw new ClaimError({ code: 'git', kind: 'setting-not-set', key, said: lastWords(set) });
  }

  async plan(wish: Wish): Promise<InstallPlan> {
    const { isFilterAlone: _, ...manifest } = readManifest(this.#manifestFile);
    const hooks = await planHooks(this.#repository, this.#where, wish);
    const foreign = this.#files.has('attributes') ? null : await foreignFilter(this.#repository);
    const wanted: Part[] = [
      'config',
      ...(foreign === null ? ['attributes' as const] : []),
      ...(wish.agentsMd ? ['agents-md' as const] : []),
      ...(wish.claude ? ['claude' as const] : []),
      ...(wish.isListing ? ['worktree-include' as const] : []),
    ];
    const added = (['agents-md', 'claude'] as const).filter((part) => wanted.includes(part) || this.#files.has(part));
    const ignored = await this.#files.ignored(wish.agentsMd || wish.claude || wish.isListing ? added : []);
    const unlisted = wish.isListing ? [] : this.#files.unlisted(ignored);
    const memory = { ...manifest, ...(await settingsMemory(manifest, wish, (key) => this.#files.local(key))) };
    const values = { ...(wish.mode === null ? {} : { 'claim.mode': wish.mode }), ...wish.settings };
    const edited: Edited[] = [];
    for (const part of wanted) edited.push(await this.#files.with(part, manifest, values, ignored));
    return {
      route: hooks.route,
      mode: wish.mode ?? this.mode,
      mendedAt: hooks.mendedAt,
      changes: [
        ...writing('manifest', this.#manifestFile, formatManifest({ ...memory, edited: remembering(manifest, edited) })),
        ...hooks.changes,
        ...writing('config', this.#includedFile, bytesOf(hooks.configText)),
        ...edited.flatMap(({ file: { part, path, after }, current }) => writing(part, path, after, current)),
      ],
      notes: [
        ...(this.#where.githooks.includes('/_npx/') ? [{ kind: 'passing' } as const] : []),
        ...(foreign === null ? [] : [{ kind: 'filtered', filter: foreign } as const]),
        ...(ignored.length === 0 ? [] : [{ kind: 'ignored', paths: ignored, isListed: unlisted.length === 0 } as const]),
        ...hooks.notes,
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
      if (current === null) {
        if (isThere(file.path)) notes.push({ kind: 'changed', path: file.path });
        continue;
      }
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
      mendedAt: null,
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
    const unclear = unclearIndex(this.#repository);
    if (!this.isThere) return [symptom('not-set-up', { what: 'not-set-up' }, { severity: 'info' }), ...unclear];
    // What the next command is to tell is as init left it.
    const { mendedAt } = hooksSetting(this.#repository);
    const { route, changes, notes } = await this.plan({ ...NO_WISH, mendedAt });
    const silent = await this.probe(trees, gateFor(this.#repository.config, NO_WISH).mode, route);
    // The probe already reports, for each worktree, what keeps hooks from running.
    const told = silent.length > 0 ? ['manifest', 'hook'] : ['manifest'];
    const astray = changes.filter(({ part }) => !told.includes(part));
    const drifted = this.#files.drifted(readManifest(this.#manifestFile)).map(({ part, path }) => {
      const option = part === 'claude' ? '--claude' : '--agents-md';
      return symptom('agents', { what: 'agents-file', option }, { severity: 'info', place: path });
    });
    const before = await hooksPathBefore(this.#repository);
    const { topLevel, commonDir } = this.#repository;
    const others = danglingHooks(before === null ? join(commonDir, 'hooks') : resolve(topLevel ?? commonDir, before.path));
    return [...notInPlace(astray), ...silent, ...drifted, ...unclear, ...others, ...notes.flatMap(noted)];
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
    await outliveLocks(this.#repository, ['config'], this.#clearing);
  }

  readonly #clearing: Mutex = async (section) => {
    const cleared = await this.#mutex(async () => section());
    return cleared.kind === 'ran' ? null : 'no two processes can be kept apart here';
  };
}
