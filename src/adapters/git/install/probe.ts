import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type SilentHook, type Symptom, symptom } from '../../../core/doctor/symptom.ts';
import type { Mode } from '../../../core/guard/mode.ts';
import { configName, FOLDERS, hooksOf, type OwnHook } from '../../../core/install/hooks.ts';
import type { Route } from '../../../core/install/route.ts';
import { isShim, PROBE } from '../../../core/install/shim.ts';
import type { Repository } from '../repository.ts';
import { readBytes } from './bytes.ts';
import { slotOf } from './hook-files.ts';

/**
 * Lets git run each hook in each worktree with a variable that our hooks answer before they run anything, and reports where none
 * answered. If git would run another hook first, the probe does not run it, because its effects are unknown.
 *
 * @param trees the worktrees, or the bare repository
 */
export async function probeHooks(repository: Repository, trees: readonly string[], mode: Mode, route: Route): Promise<Symptom[]> {
  const found = await Promise.all(trees.map((tree) => probeTree(repository, tree, mode, route)));
  return [...grouped(repository, found.flat()), ...theirs(repository, trees, route)];
}

/** Hooks that do not run in one worktree. */
type Silence = { readonly tree: string; readonly hooks: readonly OwnHook[]; readonly why: SilentHook };

/** Returns one symptom for each cause, however many worktrees it affects. */
function grouped({ mainDir }: Repository, silences: readonly Silence[]): Symptom[] {
  const causes = new Map<string, Silence[]>();
  for (const one of silences) {
    const cause = JSON.stringify([one.hooks, one.why]);
    causes.set(cause, [...(causes.get(cause) ?? []), one]);
  }
  return Array.from(causes.values(), (alike) => {
    const [{ tree, hooks, why }] = alike as [Silence];
    const isOne = alike.length === 1;
    const trees = isOne ? null : alike.map((one) => relative(mainDir, one.tree) || '.');
    // Init has handled every `core.hooksPath`, except one that a single worktree sets for itself.
    const isFixable = why.kind !== 'other-folder';
    return symptom('hooks', { what: 'silent-hooks', hooks, why, trees }, { place: isOne ? tree : null, isFixable });
  });
}

async function probeTree(repository: Repository, tree: string, mode: Mode, route: Route): Promise<Silence[]> {
  const folder = await hooksFolderIn(repository, tree);
  const silent: OwnHook[] = [];
  let why: SilentHook = { kind: 'not-found' };
  for (const hook of hooksOf(mode)) {
    const trouble =
      route.kind === 'config' ? await probeConfig(repository, tree, hook) : await probeFile(repository, tree, folder, hook);
    if (trouble === null) continue;
    silent.push(hook);
    why = trouble;
  }
  return silent.length === 0 ? [] : [{ tree, hooks: silent, why }];
}

async function probeConfig(repository: Repository, tree: string, hook: OwnHook): Promise<SilentHook | null> {
  // Other hooks of this event are disabled for the probe.
  const others = [...repository.config.hooks].filter((name) => name !== configName(hook));
  const settings = [['core.hooksPath', '/dev/null'], ...others.map((name) => [`hook.${name}.enabled`, 'false'])];
  const words = settings.flatMap(([key = '', value = ''], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return run(repository, tree, hook, { ...Object.fromEntries(words), GIT_CONFIG_COUNT: String(settings.length) });
}

async function probeFile(repository: Repository, tree: string, folder: string, hook: OwnHook): Promise<SilentHook | null> {
  const { commonDir } = repository;
  const isOurs = [FOLDERS.hooks, FOLDERS.own].some((name) => join(commonDir, name) === folder);
  if (!isOurs) return { kind: 'other-folder', folder };
  if (isShim(readBytes(join(folder, hook)))) return whyNotRunnable(join(folder, hook)) ?? run(repository, tree, hook, {});
  // The pre-commit framework runs ours in the end. Proving that would mean running its own checks.
  const isBehind = slotOf(folder, hook) !== hook && isShim(readBytes(join(folder, slotOf(folder, hook))));
  const path = join(folder, hook);
  return isBehind ? null : { kind: existsSync(path) ? 'replaced' : 'missing', path };
}

function whyNotRunnable(path: string): SilentHook | null {
  try {
    accessSync(path, constants.X_OK);
    return null;
  } catch {
    const isMeant = (statSync(path).mode & 0o111) !== 0;
    return isMeant ? { kind: 'no-programs' } : { kind: 'not-executable', path };
  }
}

async function run(repository: Repository, tree: string, hook: OwnHook, env: Record<string, string>): Promise<SilentHook | null> {
  const asked = await repository.git(
    ['hook', 'run', '--ignore-missing', hook, '--', ...(hook === 'reference-transaction' ? ['prepared'] : [])],
    {
      cwd: tree,
      env: { ...env, [PROBE.variable]: '1' },
      timeoutMs: PROBE_MS,
    },
  );
  if (asked.stderr.split('\n').includes(PROBE.answer)) return null;
  if (asked.code === PROBE.code) return { kind: 'no-package' };
  const said = asked.stderr.trim().split('\n').at(-1) ?? '';
  return said === '' ? { kind: 'not-found' } : { kind: 'failed', said };
}

/** A hook that answers takes a millisecond. */
const PROBE_MS = 10_000;

/** Returns where git looks for hooks in this worktree. */
async function hooksFolderIn(repository: Repository, tree: string): Promise<string> {
  const asked = await repository.git(['rev-parse', '--git-path', 'hooks'], { cwd: tree });
  return resolve(tree, String(asked.stdout).replace(/\n$/, ''));
}

/**
 * If `core.hooksPath` is relative to each worktree's top and git tracks the folder, it is missing where a branch does not have
 * it: one symptom covers all. A folder that a tool generates is lent by the main worktree.
 */
function theirs({ mainDir }: Repository, trees: readonly string[], route: Route): Symptom[] {
  if (route.kind !== 'path' || route.before === null || route.lender !== null) return [];
  const folder = route.before;
  if (!existsSync(resolve(mainDir, folder))) return [];
  const without = trees.filter((tree) => !existsSync(resolve(tree, folder)));
  const [only] = without;
  if (only === undefined) return [];
  const isOne = without.length === 1;
  const named = isOne ? null : without.map((tree) => relative(mainDir, tree));
  const about = { what: 'hooks-folder', folder, trees: named } as const;
  return [symptom('other-hooks', about, { severity: 'info', place: isOne ? only : null })];
}
