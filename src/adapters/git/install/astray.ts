import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lowered } from '../../../core/install/gate.ts';
import { FOLDERS } from '../../../core/install/hooks.ts';
import { parseHooksSetting } from '../../../core/install/route.ts';
import type { Repository } from '../repository.ts';
import { configuredGate } from './configured-gate.ts';

/**
 * Returns whether something displaced what init installed, as far as a glance shows. Every command takes that glance: it costs
 * the sizes of a few files, besides the configuration that was read anyway.
 */
export function isAstray({ commonDir, config }: Repository): boolean {
  const said = config.get('claim.hooks');
  // Somebody took our part out of the configuration, and nothing else.
  if (said === null) return existsSync(join(commonDir, 'claim/installed.json'));
  const paths = config.hooksPaths;
  const { kind, gate, sizes, before, mendedAt } = parseHooksSetting(said);
  if (gate === null || mendedAt !== null || !existsSync(config.get('claim.program') ?? '')) return true;
  // A stricter mode needs hooks that are not there yet.
  if (lowered(configuredGate(config), gate).length > 0) return true;
  const folder = join(commonDir, kind === 'path' ? FOLDERS.own : FOLDERS.hooks);
  if (Array.from(sizes).some(([name, bytes]) => !isInPlace(join(folder, name), bytes))) return true;
  if (kind !== 'path') return kind === 'files' && paths.length > 0;
  const last = paths.at(-1);
  const other = paths.findLast(({ isOurs }) => !isOurs)?.value ?? null;
  return last?.isOurs !== true || last.value !== folder || other !== before || sizes.size === 0;
}

function isInPlace(path: string, bytes: number): boolean {
  try {
    const { size, mode } = statSync(path);
    return size === bytes && (mode & 0o111) !== 0;
  } catch {
    return false;
  }
}
