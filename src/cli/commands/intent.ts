import { parseIntentKind } from '../../core/check/announcements.ts';
import { ClaimError } from '../../core/errors.ts';
import { oneLine } from '../../core/line.ts';
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
    const text = oneLine(operands[0] ?? '');
    if (text === '' || operands.length > 1)
      throw new ClaimError('usage', 'say what you are about to do, in one text', {
        hint: 'git claim intent "rename src/api to src/http"',
      });
    const kind = textOf(options, 'kind');
    const announced = announce(await open(), text, kind === null ? null : parseIntentKind(kind));
    const warnings = options['json'] === true ? announced.others.map(intentWarning) : [];
    return answer({ events: [announced.event] }, (page) => announcedText(page, announced), warnings);
  },
};
