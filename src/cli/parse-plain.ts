import { COMMON, type CommandSpec, type Options } from './command.ts';

/** The operands and options of a command. */
export type Plain = { readonly kind: 'run'; readonly operands: readonly string[]; readonly options: Options };

/**
 * Reads words that are only operands and declared switches, exactly as the parser would. Loading the parser would take longer.
 *
 * @returns null if only the parser can understand or refuse them
 */
export function parsePlain(spec: CommandSpec, words: readonly string[]): Plain | null {
  const options: Record<string, boolean> = {};
  const switches = new Map<string, readonly [name: string, value: boolean]>();
  for (const [flag] of [...spec.options, ...COMMON]) {
    const [, no, name] = /^--(no-)?([a-z]+)$/.exec(flag) ?? [];
    if (name === undefined) continue;
    switches.set(flag, [name, no === undefined]);
    if (no !== undefined) options[name] = true;
  }
  const operands: string[] = [];
  for (const word of words) {
    const known = switches.get(word);
    if (known !== undefined) options[known[0]] = known[1];
    else if (word.startsWith('-')) return null;
    else operands.push(word);
  }
  return { kind: 'run', operands, options };
}
