import { Command, CommanderError } from 'commander';
import { ClaimError } from '../core/errors.ts';
import { COMMON, type CommandSpec, HELP, type Options } from './command.ts';

export type Parsed =
  | { readonly kind: 'run'; readonly operands: readonly string[]; readonly options: Options }
  | { readonly kind: 'help'; readonly text: string };

/** What the table of commands says of one. Commands that nobody types have no example. */
type About = { readonly summary: string; readonly example?: string };

/**
 * Parses the words after a command's name.
 *
 * @throws ClaimError `usage`, with a suggestion if there is a likely one
 */
export function parseCommand(spec: CommandSpec, { summary, example }: About, words: readonly string[]): Parsed {
  const command = new Command(`git claim ${spec.name}`.replace(/ claim$/, ''));
  const output: string[] = [];
  // The words after `--` are not ours.
  const isOpen = spec.operands.includes(' -- ');
  command.usage((isOpen ? `[<options>] ${spec.operands}` : `${spec.operands} [<options>]`).trim()).description(`${summary}.`);
  for (const [flags, description] of [...spec.options, ...COMMON]) {
    if (flags.endsWith('...'))
      command.option(flags.slice(0, -3), description, (value, before: string[] = []) => [...before, value]);
    else command.option(flags, description);
  }
  command
    .helpOption(...HELP)
    .argument('[words...]')
    .allowExcessArguments();
  command.exitOverride().configureOutput({ writeOut: (text) => output.push(text), writeErr: () => undefined });
  command.configureHelp({ visibleArguments: () => [], styleTitle: (title) => (title === 'Usage:' ? 'usage:' : title) });
  if (example !== undefined) command.addHelpText('after', `\nExample:\n  ${example}`);
  try {
    command.parse([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return { kind: 'help', text: output.join('') };
    throw new ClaimError({ code: 'usage', kind: 'bad-option', command: spec.name, said: error.message });
  }
  return { kind: 'run', operands: command.args, options: command.opts() };
}
