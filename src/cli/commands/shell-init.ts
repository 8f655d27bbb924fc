import { ClaimError } from '../../core/errors.ts';
import { isShell, shellFunctions } from '../../text/shell-functions.ts';
import { answer } from '../answer.ts';
import type { CommandSpec } from '../command.ts';

export const shellInitCommand: CommandSpec = {
  name: 'shell-init',
  operands: 'bash | zsh | fish',
  options: [['--claims', 'let a claim of one order change the directory too']],
  async run(_, operands, options) {
    const [shell, ...more] = operands;
    if (shell === undefined || more.length > 0)
      throw new ClaimError({ code: 'usage', kind: 'no-shell-named', command: 'shell-init' });
    if (!isShell(shell)) throw new ClaimError({ code: 'usage', kind: 'unknown-shell', command: 'shell-init', text: shell });
    const script = shellFunctions(shell, options['claims'] === true);
    return { ...answer({ functions: { shell, script } }, () => script), isVerbatim: true };
  },
};
