import { foldersAbove } from '../path.ts';

/**
 * Returns the files that are one of these places, lie in one, or contain one.
 *
 * @param places files, folders and patterns, relative to the top; a pattern counts as the folder before its first wildcard
 * @param files as git names them; a folder ends with `/`
 */
export function touching(places: readonly string[], files: readonly string[]): string[] {
  if (places.length === 0 || files.length === 0) return [];
  const fixed = new Set(places.map(fixedPart));
  // A place such as `**/*.md` does not say where the work is.
  fixed.delete('');
  const above = new Set([...fixed].flatMap(foldersAbove));
  return files.filter((file) => {
    const name = file.replace(/\/+$/, '');
    return fixed.has(name) || above.has(name) || foldersAbove(name).some((folder) => fixed.has(folder));
  });
}

function fixedPart(place: string): string {
  const names = place.replace(/^\.?\//, '').split('/');
  const wild = names.findIndex((name) => /[*?[]/.test(name));
  return (wild < 0 ? names : names.slice(0, wild)).join('/').replace(/\/+$/, '');
}
