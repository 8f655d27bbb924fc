import { abandon } from '../../usecases/own-claims.ts';
import type { CommandSpec } from '../command.ts';
import { doneAnswer } from '../done-answer.ts';

export const abandonCommand: CommandSpec = {
  name: 'abandon',
  operands: '[<order>...]',
  options: [],
  run: async (open, operands) => doneAnswer(await abandon(await open(), operands)),
};
