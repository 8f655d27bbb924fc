import { createInterface } from 'node:readline/promises';
import { ClaimError } from '../core/errors.ts';

/**
 * Asks the person at the terminal a question that only these words answer.
 *
 * @throws ClaimError `illegal` without a terminal to ask at
 */
export async function confirm(question: string, words = 'yes'): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw new ClaimError({ code: 'illegal', kind: 'no-terminal' });
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Without this, the end of the input would be waited for forever.
    const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
    const answer = await Promise.race([terminal.question(`${question}\nType ${words} to agree: `), closed]);
    return answer.trim().replace(/\s+/g, ' ').toLowerCase() === words.toLowerCase();
  } finally {
    terminal.close();
  }
}
