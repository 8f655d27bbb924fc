import { ClaimError } from '../../core/errors.ts';
import { handedText } from '../../text/claims.ts';
import { hand } from '../../usecases/hand.ts';
import { answer } from '../answer.ts';
import { type CommandSpec, textOf } from '../command.ts';

export const handCommand: CommandSpec = {
  name: 'hand',
  operands: '<order>',
  options: [['--to <session>', 'short id or full key of the session (required)']],
  async run(open, operands, options) {
    const to = textOf(options, 'to');
    const [order, ...more] = operands;
    if (order === undefined || more.length > 0 || to === null) {
      throw new ClaimError({ code: 'usage', kind: 'hand-without-session' });
    }
    const outcome = await hand(await open(), order, to);
    return outcome.kind === 'refused'
      ? outcome
      : answer({ claims: [outcome.view] }, (page) => handedText(page, outcome), outcome.warnings);
  },
};
