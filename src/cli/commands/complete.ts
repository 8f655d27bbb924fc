import { complete } from '../../usecases/complete.ts';
import type { CommandSpec } from '../command.ts';
import { doneAnswer } from '../done-answer.ts';

export const completeCommand: CommandSpec = {
  name: 'complete',
  operands: '[<order>...]',
  options: [],
  run: async (open, operands) => doneAnswer(await complete(await open(), operands)),
};
