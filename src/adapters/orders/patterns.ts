import { ClaimError } from '../../core/errors.ts';
import { folderOf, plainGlob } from '../../core/orders/globs.ts';

/** One value of `claim.orders`: where its files are, and which of them it matches. */
export type Pattern = {
  /** The folder before the first wildcard, with `/`; empty for the top of the tree. */
  readonly folder: string;
  /** Returns whether the pattern matches a path, relative to the top. */
  readonly matches: (path: string) => boolean;
  /** It matches every markdown file below its folder that is not hidden, as the default does. */
  readonly isPlain: boolean;
};

/** Compiles globs as shells know them: `**`, `{a,b}`, `[0-9]`; `*` does not match a leading dot. */
export async function patternsOf(globs: readonly string[]): Promise<Pattern[]> {
  const compiled: Pattern[] = [];
  for (const glob of globs) {
    const plain = plainGlob(glob);
    const folder = folderOf(glob);
    const isBelow = (path: string) => path.startsWith(`${folder}/`) && isShownMarkdown(path);
    const isPlain = /^[\w/-]+\/\*\*\/\*\.md$/.test(plain);
    compiled.push({ folder, matches: isPlain ? isBelow : await matcherOf(plain), isPlain });
  }
  return compiled;
}

/** Matches what the default pattern matches below its folder, without loading a library. */
function isShownMarkdown(path: string): boolean {
  return path.endsWith('.md') && !/(?:^|\/)\./.test(path);
}

/** More wildcards than this in one name make a regular expression that may try every way to share a long name among them. */
const WILD_MAX = 2;

async function matcherOf(glob: string): Promise<(path: string) => boolean> {
  const { default: picomatch } = await import('picomatch');
  const wild = glob.split('/').map((name) => (name === '**' ? 0 : (name.match(/[*?]/g)?.length ?? 0)));
  const isSound = wild.every((many) => many <= WILD_MAX) && glob.split('**').length <= WILD_MAX + 1 && !/[+@!?*]\(/.test(glob);
  if (isSound) return picomatch(glob);
  const { boundedMatcher, isSlow } = await import('../system/bounded-pattern.ts');
  const matches = boundedMatcher(picomatch.makeRe(glob).source);
  return (path) => {
    try {
      return matches(path);
    } catch (cause) {
      if (!isSlow(cause)) throw cause;
      throw new ClaimError({ code: 'usage', kind: 'orders-pattern', text: glob }, { cause });
    }
  };
}
