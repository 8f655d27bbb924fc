import { renew } from '../../usecases/own-claims.ts';
import type { CommandSpec } from '../command.ts';
import { doneAnswer } from '../done-answer.ts';

export const renewCommand: CommandSpec = {
  name: 'renew',
  operands: '[<order>...]',
  options: [],
  run: async (open, operands) => doneAnswer(await renew(await open(), operands)),
};
