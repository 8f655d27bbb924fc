import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClaimError } from '../../core/errors.ts';
import { answer } from '../answer.ts';
import type { CommandSpec } from '../command.ts';

/** The shells that have a script, and its name in dist/completion, which is the name that the shell looks for. */
const SCRIPTS: Readonly<Record<string, string>> = { bash: 'git-claim.bash', zsh: '_git-claim', fish: 'git-claim.fish' };

export const completionCommand: CommandSpec = {
  name: 'completion',
  operands: 'bash | zsh | fish',
  options: [],
  async run(_, operands) {
    const [shell, ...more] = operands;
    if (shell === undefined || more.length > 0)
      throw new ClaimError({ code: 'usage', kind: 'no-shell-named', command: 'completion' });
    const name = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
    if (name === undefined) throw new ClaimError({ code: 'usage', kind: 'unknown-shell', command: 'completion', text: shell });
    // The built file is in dist, beside the scripts' folder.
    const script = readFileSync(join(import.meta.dirname, 'completion', name), 'utf8');
    return { ...answer({ completion: { shell, script } }, () => script.trimEnd()), isVerbatim: true };
  },
};
