/**
 * What init adds to a file that is not ours. Texts are bytes in Latin-1, so that the rest of the file comes back unchanged,
 * whatever its encoding. Both directions are pure. `remove` gets the file as it is then, which may have changed since `add`.
 */
export type Edit = {
  /** Returns the file with our part in it, at the end. */
  add(text: string): string;
  /** Returns the file without our part, or null if nothing else would be left. */
  remove(text: string): string | null;
};

/**
 * Our own configuration file, beside the repository's. In the `claim` folder, which only its owner may enter, others who share
 * the repository could not read it.
 */
export const INCLUDED = 'git-claim.config';

/** What init did, as it is remembered in the common git directory. */
export const MANIFEST = 'claim/installed.json';

const INCLUDE = `[include]\n\t# git-claim; to remove: git claim init --uninstall\n\tpath = ${INCLUDED}\n`;

/** Removes our part of the configuration without git-claim. */
export const UNINCLUDE = `git config --unset-all include.path ${INCLUDED}`;

/** Adds our part at the end, because the last value counts in git's configuration. */
export const CONFIG_EDIT: Edit = {
  add: (text) => (text.includes(INCLUDE) ? text : asLines(text) + INCLUDE),
  remove: (text) => text.replaceAll(INCLUDE, ''),
};

/** Edits the block between two marks in AGENTS.md. An existing block is renewed where it is. */
export const AGENTS_EDIT: Edit = blockEdit(
  '<!-- BEGIN git-claim -->',
  '<!-- END git-claim -->',
  `## Claim work before you start it

Several sessions work on this repository at once. A claim makes an order (a piece of work with an id such as ORDER-143) belong to one of them.

- When you begin: \`git claim session start\`. It says who is here, and what may collide with your work.
- Before you start on an order: \`git claim <order>\`. It makes a worktree and a branch for the order and names them; work there, not here.
- Exit code 3 means that another session has it. Leave that work alone and take another order; \`git claim list\` shows who works on what.
- \`git claim\` alone says what you hold. When the work is done: \`git claim complete\`. To give it back: \`git claim release\`.
`,
);

/** Lists files of the main worktree in `.worktreeinclude`: each new worktree gets a copy. */
export function includeEdit(paths: readonly string[]): Edit {
  return blockEdit('# BEGIN git-claim', '# END git-claim', paths.map((path) => `/${path}\n`).join(''));
}

function blockEdit(begin: string, end: string, lines: string): Edit {
  const blockIn = (text: string): readonly [number, number] | readonly [null, null] => {
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) return [null, null];
    const rest = /^\r?\n?/.exec(text.slice(to + end.length))?.[0] ?? '';
    return [from, to + end.length + rest.length];
  };
  return {
    add: (text) => {
      const gap = lineEndOf(text);
      const block = `${begin}\n${lines}${end}\n`.replaceAll('\n', gap);
      const [from, to] = blockIn(text);
      if (from !== null) return text.slice(0, from) + block + text.slice(to);
      if (text === '') return block;
      return asLines(text, gap) + gap + block;
    },
    remove: (text) => {
      const [from, to] = blockIn(text);
      if (from === null) return text;
      const rest = text.slice(0, from).replace(/(\n|^)\r?\n$/, '$1') + text.slice(to);
      return rest === '' ? null : rest;
    },
  };
}

/** Returns how the text ends its lines: as on Windows only if every line does. */
function lineEndOf(text: string): '\r\n' | '\n' {
  return text.includes('\n') && !/(?:^|[^\r])\n/.test(text) ? '\r\n' : '\n';
}

function asLines(text: string, end = '\n'): string {
  return text === '' || text.endsWith('\n') ? text : text + end;
}
