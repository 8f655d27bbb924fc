import { unblock } from '../../usecases/own-claims.ts';
import type { CommandSpec } from '../command.ts';
import { doneAnswer } from '../done-answer.ts';

export const unblockCommand: CommandSpec = {
  name: 'unblock',
  operands: '[<order>...]',
  options: [],
  run: async (open, operands) => doneAnswer(await unblock(await open(), operands)),
};
