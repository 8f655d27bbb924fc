import type { Git } from '../process.ts';

/** A file in two trees. */
export type FileChange = {
  /** Its bytes as latin1. */
  readonly path: string;
  /** Mode and object; zeros for no file. */
  readonly was: string;
  readonly is: string;
};

const DIFF = [
  '-c',
  'core.quotePath=false',
  'diff-tree',
  '--stdin',
  '--always',
  '--root',
  '-r',
  '--no-renames',
  '--diff-merges=first-parent',
];
/** With more names, git is slower than without any. */
const NAMES_MAX = 16;

/**
 * Compares trees, many with one process.
 *
 * @param lines one per comparison: a commit, to be compared with its first parent, or a commit and the one it is compared with
 * @param paths the files of interest (git may report others too); null: all
 * @returns the files that differ, per line; empty if git does not know
 */
export async function fileChanges(
  git: Git,
  lines: readonly string[],
  paths: ReadonlySet<string> | null,
): Promise<FileChange[][]> {
  const text = await ask(git, ['--raw', '-z', '--no-abbrev'], lines, paths);
  const sections: FileChange[][] = [];
  const words = text.split('\0').slice(0, -1);
  for (let at = 0; at < words.length; at += 1) {
    const [modeBefore = '', mode = '', before, after] = (words[at] as string).split(' ');
    if (!modeBefore.startsWith(':')) sections.push([]);
    else {
      at += 1;
      sections.at(-1)?.push({ path: words[at] as string, was: `${modeBefore.slice(1)} ${before}`, is: `${mode} ${after}` });
    }
  }
  return sections;
}

/**
 * Returns for each line the change of one file as text, without line numbers and object names. It is null if nothing changed, for
 * a binary file, and for a file whose name git quotes. The result is shorter than `lines` if git does not know.
 */
export async function patches(git: Git, lines: readonly string[], path: string): Promise<(string | null)[]> {
  // Git merges changes that are one line apart. With more context, a squash would differ from
  // its branch by changes of its neighbours.
  const args = ['-p', '-U1', '--no-color', '--no-ext-diff', '--no-textconv', '--src-prefix=a/', '--dst-prefix=b/'];
  const text = isSayable(path) ? await ask(git, args, lines, new Set([path])) : '';
  const header = `diff --git a/${path} b/${path}\n`;
  return text
    .split(/(?<![^\n])[0-9a-f]{40,64}\n/)
    .slice(1)
    .map((section) => {
      const parts = section.split(/(?<![^\n])(?=diff --git )/).filter((part) => part.startsWith(header));
      return parts.length === 0 || parts.some((part) => /\nBinary files /.test(part)) ? null : parts.map(withoutNumbers).join('');
    });
}

function withoutNumbers(patch: string): string {
  return patch.replace(/\nindex [^\n]*/, '').replace(/\n@@ [^\n]*/g, '\n@@');
}

async function ask(
  git: Git,
  how: readonly string[],
  lines: readonly string[],
  paths: ReadonlySet<string> | null,
): Promise<string> {
  if (lines.length === 0) return '';
  const isNarrow = paths !== null && paths.size <= NAMES_MAX && [...paths].every(isSayable);
  const names = isNarrow ? [...paths].map(nameOf) : [];
  const { code, stdout } = await git([...DIFF, ...how, '--', ...names], { input: `${lines.join('\n')}\n` });
  return code === 0 ? stdout.toString('latin1') : '';
}

function nameOf(path: string): string {
  return String(Buffer.from(path, 'latin1'));
}

/** Returns whether a name is UTF-8: no other name can be passed to a process. */
function isSayable(path: string): boolean {
  return !nameOf(path).includes('\ufffd');
}
