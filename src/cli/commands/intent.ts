import { ClaimError } from '../../core/errors.ts';
import { announcedText } from '../../text/feed.ts';
import { intentWarning } from '../../usecases/caller/heard.ts';
import { announce } from '../../usecases/intent.ts';
import { answer } from '../answer.ts';
import { type CommandSpec, textOf } from '../command.ts';

export const intentCommand: CommandSpec = {
  name: 'intent',
  operands: '"<text>"',
  options: [['--kind <word>', 'what kind of thing it is: deploy, delete, force-push, ...']],
  async run(open, operands, options) {
    const [text = '', ...more] = operands;
    if (more.length > 0) throw new ClaimError({ code: 'usage', kind: 'intent-not-one-text' });
    const announced = announce(await open(), text, textOf(options, 'kind'));
    const warnings = options['json'] === true ? announced.others.map(intentWarning) : [];
    return answer({ events: [announced.event] }, (page) => announcedText(page, announced), warnings);
  },
};
