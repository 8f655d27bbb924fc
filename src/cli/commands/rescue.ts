import { ClaimError } from '../../core/errors.ts';
import { droppedText, dropQuestion, keptWorkText } from '../../text/kept-work.ts';
import { rescuedText } from '../../text/rescue.ts';
import { dropKept, keptNamed, keptWork } from '../../usecases/kept-work.ts';
import { rescue } from '../../usecases/rescue.ts';
import { type Answer, answer } from '../answer.ts';
import { type CommandSpec, type Open, type Options, textOf } from '../command.ts';
import { pageFor } from '../streams.ts';

export const rescueCommand: CommandSpec = {
  name: 'rescue',
  operands: '[<order>]',
  options: [
    ['--list', 'list the work that refs keep here'],
    ['--drop <ref>', 'drop such work: asks a person'],
  ],
  async run(open, operands, options) {
    const [order = null, ...more] = operands;
    if (more.length > 0) throw new ClaimError({ code: 'usage', kind: 'more-than-one-order', command: 'rescue' });
    const [isListing, dropped] = [options['list'] === true, textOf(options, 'drop')];
    if ((isListing || dropped !== null) && (order !== null || (isListing && dropped !== null)))
      throw new ClaimError({ code: 'usage', kind: 'rescue-options' });
    if (isListing) {
      const kept = await keptWork(await open());
      return answer({ rescues: kept }, (page) => keptWorkText(page, kept));
    }
    if (dropped !== null) return drop(open, dropped, options);
    const outcome = await rescue(await open(), order);
    if (outcome.kind === 'refused') return outcome;
    const { kind: _, claim, ...rescued } = outcome;
    return answer({ claims: [claim], rescued }, (page) => rescuedText(page, outcome));
  },
};

/** @throws ClaimError `usage` with --json, which cannot ask, `illegal` without a terminal or a yes */
async function drop(open: Open, name: string, options: Options): Promise<Answer> {
  if (options['json'] === true) throw new ClaimError({ code: 'usage', kind: 'drop-with-json' });
  const ports = await open();
  const work = await keptNamed(ports, name);
  const { agrees } = await import('../confirm.ts');
  if (!(await agrees(dropQuestion(pageFor('stderr', ports.settings.color), work))))
    throw new ClaimError({ code: 'illegal', kind: 'drop-declined' });
  await dropKept(ports, work);
  return answer({ rescues: [work] }, (page) => droppedText(page, work));
}
