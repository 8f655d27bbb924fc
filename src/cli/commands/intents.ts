import { ClaimError } from '../../core/errors.ts';
import { intentsText } from '../../text/feed.ts';
import { intents } from '../../usecases/intent.ts';
import { answer } from '../answer.ts';
import type { CommandSpec } from '../command.ts';

export const intentsCommand: CommandSpec = {
  name: 'intents',
  operands: '',
  options: [],
  async run(open, operands) {
    if (operands.length > 0) throw new ClaimError({ code: 'usage', kind: 'unwanted-operands', command: 'intents' });
    const { events, warnings } = intents(await open());
    return answer({ events }, (page) => intentsText(page, events, warnings.length === 0), warnings);
  },
};
