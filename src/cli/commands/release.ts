import { release } from '../../usecases/own-claims.ts';
import type { CommandSpec } from '../command.ts';
import { doneAnswer } from '../done-answer.ts';

export const releaseCommand: CommandSpec = {
  name: 'release',
  operands: '[<order>...]',
  options: [],
  run: async (open, operands) => doneAnswer(await release(await open(), operands)),
};
