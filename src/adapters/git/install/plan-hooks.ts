import { join, resolve } from 'node:path';
import { configText } from '../../../core/install/config-text.ts';
import { FOLDERS } from '../../../core/install/hooks.ts';
import type { Package } from '../../../core/install/package.ts';
import { type HooksSetting, parseHooksSetting, type Route, routeFor } from '../../../core/install/route.ts';
import type { Theirs } from '../../../core/install/shim.ts';
import type { Change, InstallNote, Wish } from '../../../ports/installation.ts';
import type { Repository } from '../repository.ts';
import { gateFor } from './configured-gate.ts';
import { filterScript } from './filter-alone.ts';
import { isOccupied, planFiles, planFilesRemoval, planFolder, planFolderRemoval, planSizes } from './hook-files.ts';
import { hooksPathBefore, isNoFolder } from './hooks-path.ts';

/** How the hooks get into git, and the files for it. */
export type HooksPlan = {
  readonly route: Route;
  readonly changes: readonly Change[];
  /** Of our own configuration file. */
  readonly configText: string;
  /** When a helper put hooks back that nobody was told of. */
  readonly mendedAt: string | null;
  readonly notes: readonly InstallNote[];
};

/** Plans the hooks: as configuration, as files in `hooks`, or in a folder of ours before another one. */
export async function planHooks(repository: Repository, where: Package, wish: Wish): Promise<HooksPlan> {
  const { commonDir, topLevel, config, git } = repository;
  const gate = gateFor(config, wish);
  const { mode } = gate;
  const before = await hooksPathBefore(repository);
  const setting = hooksSetting(repository);
  // A folder of ours stays, even if the other hooks are removed.
  const isBeside = setting.kind === 'path' && setting.before === null && setting.sizes.size > 0;
  const route = routeFor(String((await git(['version'])).stdout), before, isBeside || isOccupied(commonDir, mode));
  const theirs: Theirs = before === null ? { kind: 'own' } : { kind: 'configured', folder: before.path, lender: before.lender };
  const changes = [
    ...(route.kind === 'files' ? planFiles(commonDir, mode, where) : planFilesRemoval(commonDir)),
    ...(route.kind === 'path' ? planFolder(commonDir, theirs, topLevel ?? commonDir, mode, where) : planFolderRemoval(commonDir)),
  ];
  const folder = join(commonDir, route.kind === 'files' ? FOLDERS.hooks : FOLDERS.own);
  const left: HooksSetting = {
    kind: route.kind,
    gate,
    sizes: route.kind === 'config' ? new Map() : planSizes(changes, folder, mode),
    before: route.kind === 'path' ? route.before : null,
    mendedAt: wish.mendedAt,
  };
  const isOff = before !== null && isNoFolder(resolve(topLevel ?? commonDir, before.path));
  return {
    route,
    changes,
    configText: configText(left, mode, where, join(commonDir, FOLDERS.own), filterScript(where)),
    mendedAt: setting.mendedAt,
    notes: isOff ? [{ kind: 'no-hooks-folder', path: before.raw, scope: before.scope }] : [],
  };
}

/** Returns what init left here. */
export function hooksSetting({ config }: Repository): HooksSetting {
  return parseHooksSetting(config.get('claim.hooks') ?? '');
}
