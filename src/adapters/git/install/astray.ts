import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDERS } from '../../../core/install/hooks.ts';
import type { Repository } from '../repository.ts';

/**
 * Returns whether something displaced what init installed, as far as a glance shows. Every command takes that glance: it costs
 * the sizes of a few files, besides the configuration that was read anyway.
 */
export function isAstray({ commonDir, config }: Repository): boolean {
  const said = config.get('claim.hooks');
  if (said === null) return false;
  const paths = config.hooksPaths;
  const [kind, ...files] = said.split(' ');
  if (!existsSync(config.get('claim.program') ?? '')) return true;
  if (kind === 'path') {
    const last = paths.at(-1);
    const before = paths.findLast(({ isOurs }) => !isOurs)?.value;
    return last?.isOurs !== true || last.value !== join(commonDir, FOLDERS.own) || said !== `path ${before}`;
  }
  return kind === 'files' && (paths.length > 0 || files.some((file) => !isInPlace(join(commonDir, FOLDERS.hooks), file)));
}

function isInPlace(folder: string, file: string): boolean {
  const at = file.lastIndexOf('=');
  return statSync(join(folder, file.slice(0, at)), { throwIfNoEntry: false })?.size === Number(file.slice(at + 1));
}
