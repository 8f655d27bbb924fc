import { ClaimError } from '../core/errors.ts';
import { COMMANDS, type Group } from './commands.ts';
import { parseCommand } from './parse.ts';

/**
 * Returns the help of the whole tool: its purpose, and a line for each command.
 *
 * @param columns of the terminal that shows it
 */
export function overviewHelp(columns = Number.POSITIVE_INFINITY): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const rows = (wanted: Group) =>
    Object.entries(COMMANDS).flatMap(([name, { summary, group }]) =>
      group !== wanted
        ? []
        : wrapped(summary, columns - width - 4).map((line, at) => `  ${(at === 0 ? name : '').padEnd(width)}  ${line}`),
    );
  return [
    'usage: git claim <order>...        claim orders; makes a worktree for each',
    '       git claim                   who am I, what do I hold, who else is here',
    '       git claim <command> [<args>]',
    '',
    ...Object.entries(GROUPS).flatMap(([group, title]) => [title, ...rows(group as Group), '']),
    ...wrapped('git claim <command> -h shows its options. The manual: git claim --help', columns),
    '',
  ].join('\n');
}

const GROUPS: Readonly<Record<Group, string>> = {
  work: 'start and finish work',
  look: 'look around',
  talk: 'tell others',
  setup: 'set up and repair',
};

/** Returns the text in lines of at most so many columns, unless a word is longer. */
function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

/**
 * Returns the help of one command.
 *
 * @throws ClaimError `usage` if there is no such command
 */
export async function commandHelp(name: string): Promise<string> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) throw new ClaimError({ code: 'usage', kind: 'unknown-help-topic', text: name });
  const parsed = parseCommand(await entry.load(), entry, ['--help']);
  return parsed.kind === 'help' ? parsed.text : '';
}
