import { ClaimError } from '../../core/errors.ts';
import { boardText } from '../../text/board.ts';
import { legacyWarning, list } from '../../usecases/list.ts';
import { answer } from '../answer.ts';
import type { CommandSpec } from '../command.ts';

export const listCommand: CommandSpec = {
  name: 'list',
  operands: '',
  options: [
    ['--all', 'show released, completed and abandoned claims too'],
    ['--mine', "show only this session's claims"],
  ],
  async run(open, operands, options) {
    if (operands.length > 0) throw new ClaimError({ code: 'usage', kind: 'unwanted-operands', command: 'list' });
    const board = await list(await open({ isSurveying: true }), {
      isAll: options['all'] === true,
      isMine: options['mine'] === true,
    });
    const legacy = options['json'] === true ? board.legacy.slice(0, LEGACY_MAX).map(legacyWarning) : [];
    return answer({ claims: board.claims }, (page) => boardText(page, board), [...board.warnings, ...legacy]);
  },
};

/** A project with more is in the middle of its migration, and reads the files. */
const LEGACY_MAX = 50;
