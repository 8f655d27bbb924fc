import { folderOf, plainGlob } from '../orders/globs.ts';
import type { Edit } from './edits.ts';

/** The clean filter that gives git order files without the lines of claims. */
export const FILTER = 'git-claim';

const [BEGIN, END] = ['# git-claim: order files show claims that git does not see', '# end of git-claim'];

/**
 * Edits our part of the repository's own attributes. It is the last, because the last line that fits counts in git.
 *
 * @param globs where order files are
 */
export function attributesEdit(globs: readonly string[]): Edit {
  const lines = [...new Set(globs.flatMap(attributePatterns))].map((pattern) => `${pattern} filter=${FILTER}\n`);
  const part = `${BEGIN}\n${lines.join('')}${END}\n`;
  return {
    add: (text) => {
      if (text.endsWith(part)) return text;
      const rest = without(text);
      return (rest === '' || rest.endsWith('\n') ? rest : `${rest}\n`) + part;
    },
    remove: (text) => without(text) || null,
  };
}

function without(text: string): string {
  const [from, end] = [text.indexOf(`${BEGIN}\n`), text.indexOf(`${END}\n`)];
  return from < 0 || end < from ? text : text.slice(0, from) + text.slice(end + END.length + 1);
}

/**
 * Returns patterns of gitattributes(5) that fit every file that a glob matches. They may fit more: the filter changes only files
 * that show a claim.
 */
function attributePatterns(glob: string): string[] {
  const plain = plainGlob(glob);
  const isForeign = /[!@?*+]\(|\\|\{[^}]*\.\./.test(plain);
  const patterns = isForeign ? [`${folderOf(plain)}/**`.replace(/^\//, '')] : spread(plain);
  return patterns.map((pattern) => inAttributes(Buffer.from(`/${pattern}`).toString('latin1')));
}

/** Writes `{a,b}`, which git's patterns do not have, as two patterns. */
function spread(glob: string): string[] {
  const [whole, before = '', inner = '', after = ''] = /^(.*?)\{([^{}]*)\}(.*)$/.exec(glob) ?? [];
  if (whole === undefined) return [glob];
  return inner.split(',').flatMap((part) => spread(`${before}${part}${after}`));
}

function inAttributes(pattern: string): string {
  return /[\s"]/.test(pattern) ? `"${pattern.replace(/["\\]/g, '\\$&')}"` : pattern;
}
