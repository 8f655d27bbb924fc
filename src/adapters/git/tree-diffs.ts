import type { Git } from './process.ts';

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
/** Bytes of file names on a command line; with more, git compares all files. */
const NAMES_BYTES_MAX = 60_000;

/**
 * Compares trees, many with one process.
 *
 * @param lines each a commit, which is compared with its first parent, or a commit and what it is compared with
 * @param paths the files of interest; git may tell of others too; null: all
 * @returns for each line the files that differ; nothing when git cannot tell
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

/** The same as texts, without the numbers of lines and objects. Binary files have none, and names that git quotes are left out. */
export async function patches(git: Git, lines: readonly string[], paths: ReadonlySet<string>): Promise<Map<string, string>[]> {
  const args = ['-p', '-U3', '--no-color', '--no-ext-diff', '--no-textconv', '--src-prefix=a/', '--dst-prefix=b/'];
  const text = await ask(git, args, lines, paths);
  const byHeader = new Map([...paths].map((path) => [`diff --git a/${path} b/${path}`, path]));
  return text
    .split(/(?<![^\n])[0-9a-f]{40,64}\n/)
    .slice(1)
    .map((section) => {
      const found = section.split(/(?<![^\n])(?=diff --git )/).flatMap((one): [string, string][] => {
        const path = byHeader.get(one.slice(0, one.indexOf('\n')));
        return path === undefined || /\nBinary files /.test(one) ? [] : [[path, withoutNumbers(one)]];
      });
      return new Map(found);
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
  const names = paths === null ? [] : [...paths].map((path) => String(Buffer.from(path, 'latin1')));
  const isSayable = names.join('').length < NAMES_BYTES_MAX && !names.some((name) => name.includes('\ufffd'));
  const { code, stdout } = await git([...DIFF, ...how, '--', ...(isSayable ? names : [])], { input: `${lines.join('\n')}\n` });
  return code === 0 ? stdout.toString('latin1') : '';
}
