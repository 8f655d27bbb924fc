import { renew } from '../../usecases/own-claims.ts';
import type { CommandSpec } from '../command.ts';
import { doneAnswer } from '../done-answer.ts';

export const renewCommand: CommandSpec = {
  name: 'renew',
  summary: 'Extend the lease of a claim',
  operands: '[<order>...]',
  options: [],
  run: async (open, operands) => doneAnswer(await renew(await open(), operands)),
};
