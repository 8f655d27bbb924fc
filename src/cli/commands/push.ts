import { pushedText } from '../../text/pushed.ts';
import { push } from '../../usecases/push.ts';
import { answer } from '../answer.ts';
import type { CommandSpec } from '../command.ts';
import { pushedRows } from '../done-answer.ts';

export const pushCommand: CommandSpec = {
  name: 'push',
  operands: '[<order>...]',
  options: [['--force', 'let the branch lose commits, if the remote has it where it was last seen']],
  async run(open, operands, options) {
    const outcome = await push(await open(), operands, options['force'] === true);
    if (outcome.kind === 'refused') return outcome;
    const { claims, warnings } = outcome;
    const json = { claims: claims.map(({ view }) => view), pushed: pushedRows(claims) };
    return answer(json, (page) => pushedText(page, outcome), warnings);
  },
};
