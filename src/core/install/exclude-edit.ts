/*
 * The lines in a repository's `info/exclude` that keep worktrees inside another worktree out of its `git status`. Texts are bytes
 * in Latin-1. How the file was before is in the first line, so that it comes back byte for byte.
 */

const TITLE = '# worktrees of git-claim; git claim init --uninstall removes these lines';
/** Before our lines the file was whole, ended without a line end, was empty, or was not there. */
const BEGINS = {
  whole: TITLE,
  cut: `${TITLE}, and the line end before them`,
  empty: `${TITLE} (the file was empty)`,
  none: `${TITLE}, and this file`,
};
const END = '# end of the worktrees of git-claim';

/** Returns the file with a pattern among our lines; the same text if it is there already. `text` is null without a file. */
export function withExcluded(text: string | null, pattern: string): string {
  const block = blockIn(text ?? '');
  if (text === null || block === null) {
    const how = text === null ? 'none' : text === '' ? 'empty' : text.endsWith('\n') ? 'whole' : 'cut';
    return `${text ?? ''}${how === 'cut' ? '\n' : ''}${BEGINS[how]}\n${pattern}\n${END}\n`;
  }
  const { body, from, to } = block;
  if (body.includes(pattern)) return text;
  return `${text.slice(0, from)}${[block.begin, ...body, pattern, END].join('\n')}\n${text.slice(to)}`;
}

/** Returns the file as it was before our lines; null if there was none and nobody has added anything. */
export function withoutExcluded(text: string): string | null {
  const block = blockIn(text);
  if (block === null) return text;
  const after = text.slice(block.to);
  const before = text.slice(0, block.from);
  // Lines that somebody has added behind ours need the line end.
  const rest = (block.begin === BEGINS.cut && after === '' ? before.slice(0, -1) : before) + after;
  return rest === '' && block.begin === BEGINS.none ? null : rest;
}

function blockIn(text: string) {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => Object.values(BEGINS).includes(line));
  const last = lines.indexOf(END, first);
  if (first < 0 || last < 0) return null;
  const lengthOf = (some: readonly string[]) => some.reduce((sum, line) => sum + line.length + 1, 0);
  return {
    begin: lines[first] as string,
    body: lines.slice(first + 1, last),
    from: lengthOf(lines.slice(0, first)),
    to: Math.min(lengthOf(lines.slice(0, last + 1)), text.length),
  };
}

/** Returns the pattern, in gitignore syntax, that matches exactly this folder; null if there is none. `path` is relative. */
export function folderPattern(path: string): string | null {
  if (path.includes('\n')) return null;
  return `/${path.replace(/[\\*?[]/g, '\\$&')}/`;
}
