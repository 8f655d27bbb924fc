import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filterAloneText } from '../../../core/install/config-text.ts';
import { INCLUDED, MANIFEST } from '../../../core/install/edits.ts';
import type { Package } from '../../../core/install/package.ts';
import type { Change } from '../../../ports/installation.ts';
import type { Repository } from '../repository.ts';
import { bytesOf, makeChange, readBytes, writing } from './bytes.ts';
import { EditedFiles } from './edited-files.ts';
import { foreignFilter } from './foreign-filter.ts';
import { formatManifest, readManifest, remembering } from './manifest.ts';

/** Returns the script of the clean filter, as the package has it. */
export function filterScript({ githooks }: Package): string {
  return readFileSync(join(githooks, 'mirror.sh'), 'utf8');
}

/**
 * Installs the clean filter and nothing else, so that order files which git tracks can show claims without `git claim init`. Its
 * memory is that of init: an uninstallation restores every file, and init adds the rest.
 *
 * @returns false if it may not be: order files go through another filter, or this process may not write. Nothing is changed then
 */
export async function installFilter(repository: Repository, where: Package): Promise<boolean> {
  const files = new EditedFiles(repository);
  if (!files.has('attributes') && (await foreignFilter(repository)) !== null) return false;
  const manifestFile = join(repository.commonDir, MANIFEST);
  const made: Change[] = [];
  try {
    const manifest = readManifest(manifestFile);
    const edited = [await files.with('config', manifest, {}, []), await files.with('attributes', manifest, {}, [])];
    const memory = formatManifest({ ...manifest, isFilterAlone: true, edited: remembering(manifest, edited) });
    const changes = [
      ...writing('manifest', manifestFile, memory),
      ...writing('config', join(repository.commonDir, INCLUDED), bytesOf(filterAloneText(filterScript(where)))),
      ...edited.flatMap(({ file: { part, path, after }, current }) => writing(part, path, after, current)),
    ];
    for (const change of changes) {
      makeChange(change);
      made.unshift(change);
    }
    return true;
  } catch (error) {
    for (const change of made) takeBack(change);
    // Of the system, or a failure of ours.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return false;
  }
}

function takeBack(change: Change): void {
  if (change.kind !== 'write') return;
  const { part, path, before, text } = change;
  if (readBytes(path) !== text) return;
  makeChange(before === null ? { kind: 'remove', part, path } : { kind: 'write', part, path, before: text, text: before });
}
