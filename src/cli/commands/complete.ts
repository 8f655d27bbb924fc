import { complete } from '../../usecases/complete.ts';
import type { CommandSpec } from '../command.ts';
import { consentOf } from '../consent.ts';
import { doneAnswer } from '../done-answer.ts';

export const completeCommand: CommandSpec = {
  name: 'complete',
  operands: '[<order>...]',
  options: [['--push', 'publish the work: it and the completion land together, or neither does']],
  async run(open, operands, options) {
    const ports = await open();
    return doneAnswer(
      await complete(ports, operands, { consent: consentOf(ports, options), isPushing: options['push'] === true }),
    );
  },
};
