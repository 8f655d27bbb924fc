import { ClaimError } from '../../core/errors.ts';
import { where } from '../../usecases/where.ts';
import { answer } from '../answer.ts';
import type { CommandSpec } from '../command.ts';

export const whereCommand: CommandSpec = {
  name: 'where',
  operands: '<order>',
  options: [],
  async run(open, operands) {
    const [order, ...more] = operands;
    if (order === undefined || more.length > 0)
      throw new ClaimError({ code: 'usage', kind: 'more-than-one-order', command: 'where' });
    const { worktree } = await where(await open(), order);
    // As it is, for a shell; nobody but its owner chose the name.
    return { ...answer({ worktrees: [worktree] }, () => worktree.path), isVerbatim: true };
  },
};
