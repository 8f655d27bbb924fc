import { ClaimError } from '../../core/errors.ts';
import { pathRowsText } from '../../text/paths.ts';
import { listPaths } from '../../usecases/paths.ts';
import { answer } from '../answer.ts';
import type { CommandSpec } from '../command.ts';

export const pathsCommand: CommandSpec = {
  name: 'paths',
  operands: '',
  options: [],
  async run(open, operands) {
    if (operands.length > 0) throw new ClaimError({ code: 'usage', kind: 'unwanted-operands', command: 'paths' });
    const rows = await listPaths(await open());
    return answer({ paths: rows.paths }, (page) => pathRowsText(page, rows), rows.warnings);
  },
};
