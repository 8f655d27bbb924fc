import { ClaimError } from '../../core/errors.ts';
import { where } from '../../usecases/where.ts';
import { answer } from '../answer.ts';
import type { CommandSpec } from '../command.ts';
import { hasShell, sendShell } from '../shell.ts';

export const goCommand: CommandSpec = {
  name: 'go',
  operands: '<order>',
  options: [],
  async run(open, operands) {
    const [order, ...more] = operands;
    if (order === undefined || more.length > 0)
      throw new ClaimError({ code: 'usage', kind: 'more-than-one-order', command: 'go' });
    const { worktree } = await where(await open(), order);
    if (!hasShell()) throw new ClaimError({ code: 'usage', kind: 'no-shell-functions', order });
    sendShell(worktree.path);
    return answer({ worktrees: [worktree] }, () => '');
  },
};
