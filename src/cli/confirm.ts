import { createInterface } from 'node:readline';
import { ClaimError } from '../core/errors.ts';
import { Interrupted } from './interrupted.ts';
import { isTerminal } from './streams.ts';

/** Returns whether a person is there to be asked. */
export function hasTerminal(): boolean {
  return isTerminal('stdin') && isTerminal('stderr');
}

/**
 * Asks the person at the terminal a question, which only a yes agrees to.
 *
 * @throws ClaimError `illegal` without a terminal to ask at
 * @throws Interrupted if the person leaves the question
 */
export async function agrees(question: string): Promise<boolean> {
  return /^y(?:es)?$/i.test((await ask(`${question} [y/N] `)).trim());
}

/** The same, but the person has to type the words that the question asks for. */
export async function types(question: string, words: string): Promise<boolean> {
  const said = await ask(`${question} `);
  return said.trim().replace(/\s+/g, ' ').toLowerCase() === words.toLowerCase();
}

async function ask(question: string): Promise<string> {
  if (!hasTerminal()) throw new ClaimError({ code: 'illegal', kind: 'no-terminal' });
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise<string>((resolve, reject) => {
      const leave = () => reject(new Interrupted());
      terminal.once('SIGINT', leave);
      terminal.once('close', leave);
      terminal.question(question, resolve);
    });
  } finally {
    terminal.close();
  }
}
