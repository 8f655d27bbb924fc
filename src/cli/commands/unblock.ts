import { unblock } from '../../usecases/own-claims.ts';
import type { CommandSpec } from '../command.ts';
import { consentOf } from '../consent.ts';
import { doneAnswer } from '../done-answer.ts';

export const unblockCommand: CommandSpec = {
  name: 'unblock',
  operands: '[<order>...]',
  options: [],
  async run(open, operands, options) {
    const ports = await open();
    return doneAnswer(await unblock(ports, operands, consentOf(ports, options)));
  },
};
