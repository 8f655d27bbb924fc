import { ClaimError } from '../errors.ts';
import type { Edit } from './edits.ts';
import { appended, type JsonNode, nodeAt, readJson, replaced, without } from './json-splice.ts';

/**
 * What Claude Code runs when a session starts or resumes. The output becomes the session's context. Without git-claim installed,
 * nothing happens. It is one command, because other programs that read this file append what the hook is told as a here-document,
 * which belongs to the last command of a line.
 */
const COMMAND = "sh -c 'git claim session start || true'";
/** What an earlier version wrote. */
const FORMER = 'git claim session start || true';
/** Identifies a hook of ours, whichever version wrote it. */
const OURS = /^(?:sh -c ')?git claim session start\b/;
const EVENT = ['hooks', 'SessionStart'] as const;
const ENTRY = { hooks: [{ type: 'command', command: COMMAND, timeout: 10 }] };

/** Edits our hook in Claude Code's `.claude/settings.json`. Everything else in the file keeps its bytes. */
export const CLAUDE_EDIT: Edit = {
  add: (text) => {
    if (text.trim() === '') return `${JSON.stringify({ hooks: { [EVENT[1]]: [ENTRY] } }, null, 2)}\n`;
    assertEditable(text);
    const own = ownHook(text);
    if (own !== null) return commandAt(text, own) === FORMER ? replaced(text, [...own, 'command'], COMMAND) : text;
    const [root, hooks, event] = [nodeAt(text, []) as JsonNode, nodeAt(text, ['hooks']), nodeAt(text, EVENT)];
    if (hooks === null) return appended(text, root, 'hooks', { [EVENT[1]]: [ENTRY] });
    return event === null ? appended(text, hooks, EVENT[1], [ENTRY]) : appended(text, event, null, ENTRY);
  },
  remove: (text) => {
    if (readJson(text) === undefined) return text;
    const path = ownHook(text);
    if (path === null) return text;
    let rest = without(text, path);
    // A list or an entry that contained only our hook is removed with it.
    for (let above = path.slice(0, -1); above.length > 0 && isBare(rest, above); above = above.slice(0, -1))
      rest = without(rest, above);
    return /^\s*\{\s*\}\s*$/.test(rest) ? null : rest;
  },
};

/** Returns the path of our hook in the document, or null. */
function ownHook(text: string): readonly string[] | null {
  for (const entry of nodeAt(text, EVENT)?.children ?? []) {
    const path = [...EVENT, entry.key, 'hooks'];
    const hook = nodeAt(text, path)?.children?.find(({ key }) => OURS.test(commandAt(text, [...path, key])));
    if (hook !== undefined) return [...path, hook.key];
  }
  return null;
}

function commandAt(text: string, path: readonly string[]): string {
  const node = nodeAt(text, [...path, 'command']);
  const command: unknown = node === null ? null : JSON.parse(text.slice(node.from, node.to));
  return typeof command === 'string' ? command : '';
}

/** Returns whether a list is empty, or an entry has nothing left but its matcher. */
function isBare(text: string, path: readonly string[]): boolean {
  return nodeAt(text, path)?.children?.every(({ key }) => key === 'matcher') === true;
}

function assertEditable(text: string): void {
  const root = readJson(text);
  const isUsable = typeof root === 'object' && root !== null && !Array.isArray(root);
  const [hooks, event] = isUsable ? [nodeAt(text, ['hooks']), nodeAt(text, EVENT)] : [null, null];
  if (isUsable && (hooks === null || text[hooks.from] === '{') && (event === null || text[event.from] === '[')) return;
  throw new ClaimError({ code: 'usage', kind: 'claude-settings', event: EVENT[1], entry: JSON.stringify(ENTRY) });
}
