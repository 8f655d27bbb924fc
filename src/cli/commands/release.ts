import { release } from '../../usecases/own-claims.ts';
import type { CommandSpec } from '../command.ts';
import { consentOf } from '../consent.ts';
import { doneAnswer } from '../done-answer.ts';

export const releaseCommand: CommandSpec = {
  name: 'release',
  operands: '[<order>...]',
  options: [],
  async run(open, operands, options) {
    const ports = await open();
    return doneAnswer(await release(ports, operands, consentOf(ports, options)));
  },
};
