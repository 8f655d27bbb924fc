import { distance } from '../core/distance.ts';
import { ClaimError } from '../core/errors.ts';
import { DEFAULT_ID_PATTERN, likelyId, orderIdOf } from '../core/ids.ts';
import { COMMON, type CommandSpec, HELP } from './command.ts';
import { COMMANDS, INNER_COMMANDS } from './commands.ts';
import { meantBy } from './synonyms.ts';

/** The command that a line of words names, and the words without that name. */
export type Split = { readonly name: string; readonly rest: readonly string[] };

/**
 * Finds the command: the first word that is not an option, if it names a command; `claim` if it is an order; `status` if there is
 * no such word.
 *
 * @throws ClaimError `usage` for a word that can only be a mistyped command
 */
export async function splitWords(words: readonly string[]): Promise<Split> {
  const at = await firstOperand(words);
  const word = words[at];
  if (word === undefined) return { name: words.some((option) => CLAIMS_ALONE.has(option)) ? 'claim' : 'status', rest: words };
  if (Object.hasOwn(COMMANDS, word) || Object.hasOwn(INNER_COMMANDS, word) || word === 'help')
    return { name: word, rest: [...words.slice(0, at), ...words.slice(at + 1)] };
  // No order id is made of small letters alone, so this was meant to be a command.
  if (/^[a-z][a-z-]*$/.test(word)) throw unknownCommand(word, words[at + 1] ?? '');
  return { name: 'claim', rest: words };
}

/** Options that only make sense with an order. */
const CLAIMS_ALONE: ReadonlySet<string> = new Set(['--no-worktree', '--on', '--path', '--reopen']);

async function firstOperand(words: readonly string[]): Promise<number> {
  let at = 0;
  while (at < words.length && words[at]?.startsWith('-') && words[at] !== '--')
    at += (await takesValue(words[at] as string)) ? 2 : 1;
  return words[at] === '--' ? at + 1 : at;
}

/** Tells whether an option takes a value. Looks first at the options that usually come before a command. */
async function takesValue(option: string): Promise<boolean> {
  const claim = COMMANDS['claim'] as (typeof COMMANDS)[string];
  const places = [async () => [...COMMON, HELP], () => optionsOf([claim]), () => optionsOf(Object.values(COMMANDS))];
  for (const place of places) {
    const found = (await place()).find(([flags]) => flags.match(/--?[a-z-]+/g)?.includes(option));
    if (found !== undefined) return found[0].includes(' <');
  }
  return false;
}

async function optionsOf(commands: readonly (typeof COMMANDS)[string][]): Promise<CommandSpec['options']> {
  return (await Promise.all(commands.map(({ load }) => load()))).flatMap(({ options }) => options);
}

function unknownCommand(word: string, next: string): ClaimError {
  const synonym = meantBy(word, orderIdOf(next, DEFAULT_ID_PATTERN));
  if (synonym !== null) return new ClaimError({ code: 'usage', kind: 'unknown-command', text: word, meant: synonym });
  const names = ['--version', ...Object.keys(COMMANDS)];
  const [best] = names.map((name) => [distance(word, name), name] as const).sort(([one], [other]) => one - other);
  const isLikely = best !== undefined && best[0] <= Math.max(1, Math.floor(best[1].length / 3));
  return new ClaimError({
    code: 'usage',
    kind: 'unknown-command',
    text: word,
    meant: isLikely ? best[1] : likelyId(word + next, DEFAULT_ID_PATTERN),
  });
}
