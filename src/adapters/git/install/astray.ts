import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST } from '../../../core/install/edits.ts';
import { lowered } from '../../../core/install/gate.ts';
import { configName, FOLDERS, hooksOf, type OwnHook } from '../../../core/install/hooks.ts';
import { parseHooksSetting } from '../../../core/install/route.ts';
import { type GitConfig, meansTrue, type PassingHooksPath } from '../config.ts';
import { readText } from '../files.ts';
import type { Repository } from '../repository.ts';
import { configuredGate } from './configured-gate.ts';

/**
 * Returns whether something displaced what init installed, as far as a glance shows. Every command takes that glance: it costs
 * the sizes of a few files, besides the configuration that was read anyway.
 */
export function isAstray({ commonDir, config }: Repository): boolean {
  const said = config.get('claim.hooks');
  // Somebody took our part out of the configuration, and nothing else.
  if (said === null) return hasBeenSetUp(commonDir);
  const paths = config.hooksPaths;
  const { kind, gate, sizes, before, mendedAt } = parseHooksSetting(said);
  if (gate === null || mendedAt !== null || !existsSync(config.get('claim.program') ?? '')) return true;
  // A stricter mode needs hooks that are not there yet.
  if (lowered(configuredGate(config), gate).length > 0) return true;
  const folder = join(commonDir, kind === 'path' ? FOLDERS.own : FOLDERS.hooks);
  if (Array.from(sizes).some(([name, bytes]) => !isInPlace(join(folder, name), bytes))) return true;
  if (kind === 'config')
    return hooksOf(gate.mode).some((hook) => !config.hooks.has(configName(hook)) || isDisabled(config, hook));
  if (kind === 'files') return paths.length > 0;
  const last = paths.at(-1);
  const other = paths.findLast(({ isOurs }) => !isOurs)?.value ?? null;
  return last?.isOurs !== true || last.value !== folder || other !== before || sizes.size === 0;
}

function hasBeenSetUp(commonDir: string): boolean {
  const manifest = readText(join(commonDir, MANIFEST));
  return manifest !== null && !manifest.includes('"isFilterAlone": true');
}

/** Returns whether the configuration switches off a hook of ours that is configuration itself. */
export function isDisabled(config: GitConfig, hook: OwnHook): boolean {
  const enabled = config.get(`hook.${configName(hook)}.enabled`);
  return enabled !== null && !meansTrue(enabled);
}

/** Returns the `core.hooksPath` for which git does not run our hooks in this worktree, or for this command; null if it does. */
export function hooksOffHere({ commonDir, config }: Repository): PassingHooksPath | null {
  const said = config.get('claim.hooks');
  const passing = config.passingHooksPath;
  if (said === null || passing === null) return null;
  const { kind } = parseHooksSetting(said);
  const folder = join(commonDir, kind === 'path' ? FOLDERS.own : FOLDERS.hooks);
  return kind === 'config' || passing.value === folder ? null : passing;
}

function isInPlace(path: string, bytes: number): boolean {
  try {
    const { size, mode } = statSync(path);
    return size === bytes && (mode & 0o111) !== 0;
  } catch {
    return false;
  }
}
