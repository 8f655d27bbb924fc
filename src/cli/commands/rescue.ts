import { ClaimError } from '../../core/errors.ts';
import { rescuedText } from '../../text/rescue.ts';
import { rescue } from '../../usecases/rescue.ts';
import { answer } from '../answer.ts';
import type { CommandSpec } from '../command.ts';

export const rescueCommand: CommandSpec = {
  name: 'rescue',
  operands: '[<order>]',
  options: [],
  async run(open, operands) {
    const [order = null, ...more] = operands;
    if (more.length > 0) throw new ClaimError({ code: 'usage', kind: 'more-than-one-order', command: 'rescue' });
    const outcome = await rescue(await open(), order);
    if (outcome.kind === 'refused') return outcome;
    const { kind: _, claim, ...rescued } = outcome;
    return answer({ claims: [claim], rescued }, (page) => rescuedText(page, outcome));
  },
};
