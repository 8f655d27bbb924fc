import { ClaimError } from '../../core/errors.ts';
import { oneLine } from '../../core/line.ts';
import { block } from '../../usecases/own-claims.ts';
import { type CommandSpec, textOf } from '../command.ts';
import { doneAnswer } from '../done-answer.ts';

export const blockCommand: CommandSpec = {
  name: 'block',
  operands: '[<order>...]',
  options: [['--reason <why>', 'what it waits for, in one line (required)']],
  async run(open, operands, options) {
    const reason = oneLine(textOf(options, 'reason') ?? '');
    if (reason === '')
      throw new ClaimError('usage', 'a block needs its reason', {
        hint: 'git claim block ORDER-143 --reason "waits for the design"',
      });
    return doneAnswer(await block(await open(), operands, reason));
  },
};
