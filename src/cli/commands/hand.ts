import { ClaimError } from '../../core/errors.ts';
import { handedText } from '../../text/claims.ts';
import { hand } from '../../usecases/hand.ts';
import { answer } from '../answer.ts';
import { type CommandSpec, textOf } from '../command.ts';
import { consentOf } from '../consent.ts';

export const handCommand: CommandSpec = {
  name: 'hand',
  operands: '<order>',
  options: [['--to <session>', 'short id or full key of the session, or the beginning of one (required)']],
  async run(open, operands, options) {
    const to = textOf(options, 'to');
    const [order, ...more] = operands;
    if (order === undefined || more.length > 0 || to === null) {
      throw new ClaimError({ code: 'usage', kind: 'hand-without-session' });
    }
    const ports = await open();
    const outcome = await hand(ports, order, to, consentOf(ports, options));
    return outcome.kind === 'refused'
      ? outcome
      : answer({ claims: [outcome.view] }, (page) => handedText(page, outcome), outcome.warnings);
  },
};
