import { release } from '../../usecases/own-claims.ts';
import type { CommandSpec } from '../command.ts';
import { doneAnswer } from '../done-answer.ts';

export const releaseCommand: CommandSpec = {
  name: 'release',
  summary: 'Give a claim back; its work tree stays as it is',
  operands: '[<order>...]',
  options: [],
  run: async (open, operands) => doneAnswer(await release(await open(), operands)),
};
