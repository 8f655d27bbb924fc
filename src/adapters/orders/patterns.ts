import type picomatch from 'picomatch';
import { folderOf, plainGlob } from '../../core/orders/globs.ts';

/** One value of `claim.orders`: where its files are, and which of them it matches. */
export type Pattern = {
  /** The folder before the first wildcard, with `/`; empty for the top of the tree. */
  readonly folder: string;
  /** Returns whether the pattern matches a path, relative to the top. */
  readonly matches: (path: string) => boolean;
};

/** Compiles globs as shells know them: `**`, `{a,b}`, `[0-9]`; `*` does not match a leading dot. */
export async function patternsOf(globs: readonly string[]): Promise<Pattern[]> {
  const compiled: Pattern[] = [];
  for (const glob of globs) {
    const plain = plainGlob(glob);
    const folder = folderOf(glob);
    const isBelow = (path: string) => path.startsWith(`${folder}/`) && isShownMarkdown(path);
    compiled.push({ folder, matches: /^[\w/-]+\/\*\*\/\*\.md$/.test(plain) ? isBelow : (await load())(plain) });
  }
  return compiled;
}

/** Matches what the default pattern matches below its folder, without loading a library. */
function isShownMarkdown(path: string): boolean {
  return path.endsWith('.md') && !/(?:^|\/)\./.test(path);
}

async function load(): Promise<typeof picomatch> {
  return (await import('picomatch')).default;
}
