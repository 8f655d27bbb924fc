import { orderRow } from '../../text/documents/order.ts';
import { filedText } from '../../text/next.ts';
import { followUp } from '../../usecases/follow-up.ts';
import { answer } from '../answer.ts';
import { type CommandSpec, textOf } from '../command.ts';

export const followUpCommand: CommandSpec = {
  name: 'follow-up',
  operands: '[<order>]',
  options: [
    ['--title <text>', 'what is to be done, in one line (required)'],
    ['--blocked', 'it cannot begin until the order it was found at is done'],
  ],
  async run(open, operands, options) {
    const filed = await followUp(await open(), operands, {
      title: textOf(options, 'title') ?? '',
      isBlocked: options['blocked'] === true,
    });
    return answer({ orders: [orderRow({ order: filed.order, verdict: 'draft', why: null })] }, (page) => filedText(page, filed));
  },
};
