import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Symptom, symptom } from '../../../core/doctor/symptom.ts';
import type { Mode } from '../../../core/guard/mode.ts';
import { configName, FOLDERS, hooksOf, type OwnHook } from '../../../core/install/hooks.ts';
import type { Route } from '../../../core/install/route.ts';
import { isShim, PROBE } from '../../../core/install/shim.ts';
import type { Repository } from '../repository.ts';
import { readBytes } from './bytes.ts';
import { slotOf } from './hook-files.ts';

/**
 * Lets git run each hook in each work tree with a variable that ours answers before anything of anybody's is run, and tells where none answered.
 * Where git would come upon somebody else's hook first, it is not run, for nobody knows what it does.
 *
 * @param trees the work trees, or the bare repository
 */
export async function probeHooks(repository: Repository, trees: readonly string[], mode: Mode, route: Route): Promise<Symptom[]> {
  const found = await Promise.all(trees.map((tree) => probeTree(repository, tree, mode, route)));
  return [...found.flat(), ...theirs(repository, trees, route)];
}

async function probeTree(repository: Repository, tree: string, mode: Mode, route: Route): Promise<Symptom[]> {
  const folder = await hooksFolderIn(repository, tree);
  const silent: string[] = [];
  let why = '';
  for (const hook of hooksOf(mode)) {
    const trouble =
      route.kind === 'config' ? await probeConfig(repository, tree, hook) : await probeFile(repository, tree, folder, hook);
    if (trouble === null) continue;
    silent.push(hook);
    why = trouble;
  }
  return silent.length === 0 ? [] : [silentHooks(tree, silent, why)];
}

function silentHooks(tree: string, hooks: readonly string[], why: string): Symptom {
  const isPathThere = why.startsWith('core.hooksPath');
  return symptom('hooks', `git-claim's hooks do not run in this work tree (${hooks.join(', ')}): ${why}`, {
    place: tree,
    // Init has seen to every `core.hooksPath` but one that a single work tree has for itself.
    remedy: isPathThere ? 'in that work tree: git config --worktree --unset-all core.hooksPath' : 'git claim init',
    isFixable: !isPathThere,
  });
}

async function probeConfig(repository: Repository, tree: string, hook: OwnHook): Promise<string | null> {
  // Other people's hooks of this event are switched off for the probe.
  const others = [...repository.config.hooks].filter((name) => name !== configName(hook));
  const settings = [['core.hooksPath', '/dev/null'], ...others.map((name) => [`hook.${name}.enabled`, 'false'])];
  const words = settings.flatMap(([key = '', value = ''], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return run(repository, tree, hook, { ...Object.fromEntries(words), GIT_CONFIG_COUNT: String(settings.length) });
}

async function probeFile(repository: Repository, tree: string, folder: string, hook: OwnHook): Promise<string | null> {
  const { commonDir } = repository;
  const isOurs = [FOLDERS.hooks, FOLDERS.own].some((name) => join(commonDir, name) === folder);
  if (!isOurs) return `core.hooksPath is ${folder} there`;
  if (isShim(readBytes(join(folder, hook)))) return whyNotRunnable(join(folder, hook)) ?? run(repository, tree, hook, {});
  // The pre-commit framework runs ours after all; to see that, its own checks would have to be run.
  const isBehind = slotOf(folder, hook) !== hook && isShim(readBytes(join(folder, slotOf(folder, hook))));
  return isBehind ? null : `${join(folder, hook)} is ${existsSync(join(folder, hook)) ? "somebody else's" : 'missing'}`;
}

function whyNotRunnable(path: string): string | null {
  try {
    accessSync(path, constants.X_OK);
    return null;
  } catch {
    const isMeant = (statSync(path).mode & 0o111) !== 0;
    return isMeant ? 'the file system they lie on forbids to run programs' : `${path} is not executable`;
  }
}

async function run(repository: Repository, tree: string, hook: OwnHook, env: Record<string, string>): Promise<string | null> {
  const asked = await repository.git(
    ['hook', 'run', '--ignore-missing', hook, '--', ...(hook === 'reference-transaction' ? ['prepared'] : [])],
    {
      cwd: tree,
      env: { ...env, [PROBE.variable]: '1' },
      timeoutMs: PROBE_MS,
    },
  );
  if (asked.stderr.split('\n').includes(PROBE.answer)) return null;
  if (asked.code === PROBE.code) return 'the package they call is gone';
  return asked.stderr.trim().split('\n').at(-1) || 'git does not find them';
}

/** A hook that answers does so in a millisecond. */
const PROBE_MS = 10_000;

/** Where git looks for hooks in this work tree. */
async function hooksFolderIn(repository: Repository, tree: string): Promise<string> {
  const asked = await repository.git(['rev-parse', '--git-path', 'hooks'], { cwd: tree });
  return resolve(tree, String(asked.stdout).replace(/\n$/, ''));
}

/** A folder that `core.hooksPath` names from each work tree's top (husky's) may be missing in some, and then in most: one finding tells of all. */
function theirs({ mainDir }: Repository, trees: readonly string[], route: Route): Symptom[] {
  if (route.kind !== 'path' || !existsSync(resolve(mainDir, route.before))) return [];
  const without = trees.filter((tree) => !existsSync(resolve(tree, route.before)));
  const [only] = without;
  if (only === undefined) return [];
  const many = without.length > 1;
  const named = without.slice(0, TREES_NAMED).map((tree) => relative(mainDir, tree));
  const list = [...named, ...(without.length > TREES_NAMED ? [`${without.length - TREES_NAMED} more`] : [])].join(', ');
  return [
    symptom(
      'other-hooks',
      `the hooks of ${route.before} do not run in ${many ? `${without.length} work trees` : 'this work tree'}: that folder is missing there, and git looks for it in each one${many ? ` (${list})` : ''}`,
      {
        severity: 'info',
        place: many ? null : only,
        remedy:
          "run there what made it here (npm install, perhaps); git config --add claim.setup 'npm install' does so in each new work tree",
      },
    ),
  ];
}

/** So many work trees are named; the others are counted. */
const TREES_NAMED = 5;
