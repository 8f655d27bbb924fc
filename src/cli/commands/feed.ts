import { ClaimError } from '../../core/errors.ts';
import { feedLine, feedText } from '../../text/feed.ts';
import { wrapped } from '../../text/page.ts';
import { feed, follow } from '../../usecases/feed.ts';
import type { Wired } from '../../wire.ts';
import { type Answer, answer } from '../answer.ts';
import { type CommandSpec, textOf } from '../command.ts';
import { stoppable } from '../stoppable.ts';
import { pageFor, say } from '../streams.ts';

export const feedCommand: CommandSpec = {
  name: 'feed',
  operands: '[<order>]',
  options: [
    ['--follow', 'keep showing what happens, until interrupted'],
    ['--after <number>', 'show what came after the event with this number'],
  ],
  async run(open, operands, options) {
    const [order = null, ...more] = operands;
    if (more.length > 0) throw new ClaimError({ code: 'usage', kind: 'more-than-one-order', command: 'feed' });
    const after = numberOf(textOf(options, 'after'));
    if (options['follow'] !== true) {
      const { events, order: about, warnings } = feed(await open(), order, after);
      const told = answer({ events }, (page) => feedText(page, events, about, warnings.length === 0), warnings);
      return { ...told, isPaged: true };
    }
    if (options['json'] === true || after !== null) throw new ClaimError({ code: 'usage', kind: 'follow-from-number' });
    return followed(await open(), order);
  },
};

function numberOf(text: string | null): number | null {
  if (text === null) return null;
  if (/^[0-9]{1,15}$/.test(text)) return Number(text);
  throw new ClaimError({ code: 'usage', kind: 'after-not-a-number' });
}

/** Ends with success when it is interrupted or nobody reads any more. */
async function followed(ports: Wired, order: string | null): Promise<Answer> {
  const { stop, sleep, isStopped } = stoppable();
  const page = pageFor('stdout', ports.settings.color);
  await follow(ports, order, {
    tell: (events) => {
      if (!say(events.map((event) => `${wrapped(page, feedLine(page, event))}\n`).join(''))) stop();
    },
    sleep,
    isStopped,
  });
  return answer({ events: [] }, () => '');
}
