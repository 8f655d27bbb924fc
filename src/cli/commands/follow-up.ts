import { ClaimError } from '../../core/errors.ts';
import { oneLine } from '../../core/line.ts';
import { filedText, orderRow } from '../../text/next.ts';
import { followUp } from '../../usecases/follow-up.ts';
import { answer } from '../answer.ts';
import { type CommandSpec, textOf } from '../command.ts';

export const followUpCommand: CommandSpec = {
  name: 'follow-up',
  operands: '[<order>]',
  options: [
    ['--title <text>', 'what is to be done, in one line (required)'],
    ['--blocked', 'it cannot begin before the order it was found at is done'],
  ],
  async run(open, operands, options) {
    const title = oneLine(textOf(options, 'title') ?? '');
    if (title === '')
      throw new ClaimError('usage', 'a follow-up needs a title', {
        hint: 'git claim follow-up ORDER-143 --title "Retry on 429"',
      });
    const filed = await followUp(await open(), operands, { title, isBlocked: options['blocked'] === true });
    return answer({ orders: [orderRow({ order: filed.order, verdict: 'draft', why: null })] }, (page) => filedText(page, filed));
  },
};
