import { block } from '../../usecases/own-claims.ts';
import { type CommandSpec, textOf } from '../command.ts';
import { consentOf } from '../consent.ts';
import { doneAnswer } from '../done-answer.ts';

export const blockCommand: CommandSpec = {
  name: 'block',
  operands: '[<order>...]',
  options: [['--reason <why>', 'what it waits for, in one line (required)']],
  async run(open, operands, options) {
    const ports = await open();
    return doneAnswer(await block(ports, operands, textOf(options, 'reason') ?? '', consentOf(ports, options)));
  },
};
