import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Symptom, symptom } from '../../../core/doctor/symptom.ts';
import { DEFAULT_MODE, type Mode, parseMode } from '../../../core/guard/mode.ts';
import { configText } from '../../../core/install/config-text.ts';
import { INCLUDED } from '../../../core/install/edits.ts';
import { FOLDERS } from '../../../core/install/hooks.ts';
import { formatRoute, type Route, routeFor } from '../../../core/install/route.ts';
import type { Package } from '../../../core/install/shim.ts';
import type { Change, Installation, InstallPart, InstallPlan, Wish } from '../../../ports/installation.ts';
import type { GivenAnswer } from '../../system/given-answer.ts';
import { makeFolder } from '../files.ts';
import { outliveLocks } from '../refs/stale-locks.ts';
import type { Repository } from '../repository.ts';
import { bytesOf, deniedOr, makeChange, readBytes } from './bytes.ts';
import { type Edited, EditedFiles, type Part } from './edited-files.ts';
import { hooksLeftBehind, planFiles, planFilesRemoval, planFolder, planFolderRemoval, planSizes } from './hook-files.ts';
import { formatManifest, type Manifest, readManifest } from './manifest.ts';
import { probeHooks } from './probe.ts';

/** Runs a section that only one process is in; it does not run where that cannot be had. */
export type InstallMutex = <T>(
  section: () => Promise<T>,
) => Promise<{ readonly kind: 'ran'; readonly value: T } | { readonly kind: 'unavailable' }>;

/** The hooks, their configuration, and what init writes into the work tree it is run in. */
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
    const wanted: Part[] = [
      'config',
      ...(wish.agentsMd ? ['agents-md' as const] : []),
      ...(wish.claude ? ['claude' as const] : []),
    ];
    const memory = { ...manifest, ...(await this.#modeMemory(manifest, wish.mode)) };
    const edited: Edited[] = [];
    for (const part of wanted) edited.push(await this.#files.with(part, memory, wish.mode));
    const noted = edited.map(({ file }) => file).filter(({ before, after }) => before !== after);
    // In the order they came: what is as it was is not written again.
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
        ...edited.flatMap(({ file: { part, path, after }, standing }) => writing(part, path, after, standing)),
      ],
      notes: this.#where.githooks.includes('/_npx/') ? [PASSING] : [],
    };
  }

  async planRemoval(): Promise<InstallPlan> {
    const { commonDir } = this.#repository;
    const manifest = readManifest(this.#manifestFile);
    const hasConfig = manifest.edited.some(({ part }) => part === 'config');
    const config = { part: 'config', path: this.#files.configFile, before: null, after: '' } as const;
    const restored: Change[] = [];
    const notes: string[] = [];
    for (const file of hasConfig ? manifest.edited : [...manifest.edited, config]) {
      const standing = readBytes(file.path);
      if (standing === null) continue;
      const rest = standing === file.after ? file.before : await this.#files.without(file, standing, manifest);
      if (rest === null) restored.push({ kind: 'remove', part: file.part, path: file.path });
      else restored.push(...writing(file.part, file.path, rest, standing));
      if (standing !== file.after && file.after !== '')
        notes.push(`${file.path} was changed since: only what git-claim put there is taken out`);
    }
    const hooks = [...planFilesRemoval(commonDir), ...planFolderRemoval(commonDir)];
    const left = hooksLeftBehind(commonDir, hooks);
    return {
      route: { kind: 'files' },
      mode: DEFAULT_MODE,
      changes: [
        ...restored,
        ...hooks,
        ...[this.#includedFile, this.#manifestFile]
          .filter(existsSync)
          .map((path) => ({ kind: 'remove', part: 'manifest', path }) as const),
      ],
      notes: [...notes, ...left.map((path) => `${path} is left there: another hook has taken its place`)],
    };
  }

  async examine(trees: readonly string[]): Promise<Symptom[]> {
    if (!this.isThere) {
      const remedy = 'git claim init';
      return [
        symptom('not-set-up', 'git claim init was not run here, so nothing holds a session back but the claims themselves', {
          severity: 'info',
          remedy,
        }),
      ];
    }
    const { mode, route, changes } = await this.plan({ mode: null, agentsMd: false, claude: false });
    const silent = await this.probe(trees, mode, route);
    // What keeps hooks from running is told of each work tree already.
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

  /** One that a killed process left, a git or one of ours, nobody else ever removes. */
  async #outliveConfigLock(): Promise<void> {
    makeFolder(dirname(this.#manifestFile), 0o700, 'claim');
    await outliveLocks(this.#repository, ['config'], async (section) => {
      const cleared = await this.#mutex(async () => section());
      return cleared.kind === 'ran' ? null : 'no two processes can be kept apart here';
    });
  }

  /** What was configured before the first init set a mode. */
  async #modeMemory({ modeSet }: Manifest, mode: Mode | null): Promise<Pick<Manifest, 'modeBefore' | 'modeSet'>> {
    if (mode === null) return {};
    return modeSet === undefined ? { modeBefore: await this.#files.localMode(), modeSet: mode } : { modeSet: mode };
  }

  /** The `core.hooksPath` that would be in force without us, as it is written and as git reads it. */
  async #hooksPathBefore(): Promise<{ readonly raw: string; readonly path: string } | null> {
    const raw = this.#repository.config.hooksPaths.findLast(({ isOurs }) => !isOurs)?.value;
    if (raw === undefined) return null;
    // Git alone knows what `~someone/` and `%(prefix)/` stand for.
    const asked = await this.#repository.git(['-c', `core.hooksPath=${raw}`, 'config', '--type=path', '-z', 'core.hooksPath']);
    const path = String(asked.stdout).split('\0')[0];
    return { raw, path: path || raw };
  }
}

/** Npm empties the folder that npx runs things from. */
const PASSING = 'this git-claim runs from the cache of npx, which does not last: install it and run git claim init again';

const NOT_IN_PLACE = {
  write: 'not as git claim init left them',
  move: "somebody else's, where git-claim's belong",
  remove: 'left over',
} as const;

/** One finding for each folder and what is wrong in it, however many files that is. */
function notInPlace(changes: readonly Change[]): Symptom[] {
  const places = new Map<string, string[]>();
  for (const { kind, path } of changes) {
    const key = `${dirname(path)}\0${NOT_IN_PLACE[kind]}`;
    places.set(key, [...(places.get(key) ?? []), basename(path)]);
  }
  return Array.from(places, ([key, names]) => {
    const [place = '', what = ''] = key.split('\0');
    return symptom('hooks', `${what}: ${names.join(', ')}`, { place, remedy: 'git claim init', isFixable: true });
  });
}

/** @param before what the new text was made of */
function writing(part: InstallPart, path: string, text: string, before = readBytes(path)): Change[] {
  return before === text ? [] : [{ kind: 'write', part, path, before, text }];
}
