import { ClaimError } from '../../core/errors.ts';
import { historyText } from '../../text/history.ts';
import { log } from '../../usecases/log.ts';
import { answer } from '../answer.ts';
import type { CommandSpec } from '../command.ts';

export const logCommand: CommandSpec = {
  name: 'log',
  operands: '[<order>]',
  options: [],
  async run(open, operands) {
    const [order = null, ...more] = operands;
    if (more.length > 0) throw new ClaimError({ code: 'usage', kind: 'more-than-one-order', command: 'log' });
    const history = await log(await open(), order);
    return { ...answer({ history: history.history }, (page) => historyText(page, history)), isPaged: true };
  },
};
