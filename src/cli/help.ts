import { ClaimError } from '../core/errors.ts';
import { COMMANDS } from './commands.ts';
import { parseCommand } from './parse.ts';

/** The help of the whole tool: what it is for, and a line for each command. */
export function overviewHelp(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'usage: git claim <order>...        claim orders; makes a work tree for each',
    '       git claim                   who am I, what do I hold, who else is here',
    '       git claim <command> [<args>]',
    '',
    ...rows,
    '',
    'git claim <command> -h shows its options. The manual: git claim --help',
    '',
  ].join('\n');
}

/**
 * Returns the help of one command.
 *
 * @throws ClaimError `usage` when there is no such command
 */
export async function commandHelp(name: string): Promise<string> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined)
    throw new ClaimError('usage', `git claim has no command ${JSON.stringify(name.slice(0, 40))}`, {
      hint: 'git claim -h lists them',
    });
  const parsed = parseCommand(await entry.load(), ['--help']);
  return parsed.kind === 'help' ? parsed.text : '';
}
