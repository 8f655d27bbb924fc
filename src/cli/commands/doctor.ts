import { ClaimError } from '../../core/errors.ts';
import { NO_PROBLEMS } from '../../text/doctor.ts';
import { doctor } from '../../usecases/doctor/doctor.ts';
import type { CommandSpec } from '../command.ts';
import { diagnosed } from '../diagnosis-answer.ts';

export const doctorCommand: CommandSpec = {
  name: 'doctor',
  operands: '',
  options: [['--fix', 'repair what can be repaired without losing anything']],
  async run(open, operands, options) {
    if (operands.length > 0) throw new ClaimError({ code: 'usage', kind: 'unwanted-operands', command: 'doctor' });
    return diagnosed(await doctor(await open(), options['fix'] === true), NO_PROBLEMS);
  },
};
