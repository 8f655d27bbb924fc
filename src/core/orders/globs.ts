export const DEFAULT_ORDERS = 'orders/**/*.md';

/** Returns the patterns of order files, given the values of `claim.orders`. */
export function orderGlobs(configured: readonly string[]): readonly string[] {
  const globs = configured.filter((glob) => glob !== '');
  return globs.length === 0 ? [DEFAULT_ORDERS] : globs;
}

/** Returns the folder in which a glob starts. */
export function folderOf(glob: string): string {
  const parts = plainGlob(glob).split('/');
  const wild = parts.findIndex((part) => /[*?[{(!+@]/.test(part));
  return parts.slice(0, wild < 0 ? -1 : wild).join('/');
}

/** Returns a glob without the `./` in front of it. */
export function plainGlob(glob: string): string {
  return glob.replace(/^(?:\.\/)+/, '');
}
