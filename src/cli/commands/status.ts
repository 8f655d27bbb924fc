import { ClaimError } from '../../core/errors.ts';
import { OTHERS_MAX, orderText, overviewText } from '../../text/status.ts';
import { orderStatus, overview } from '../../usecases/status.ts';
import { findingWarning } from '../../usecases/warning.ts';
import { answer } from '../answer.ts';
import type { CommandSpec } from '../command.ts';

export const statusCommand: CommandSpec = {
  name: 'status',
  operands: '[<order>]',
  options: [],
  async run(open, operands, options) {
    const [order, ...more] = operands;
    if (more.length > 0) throw new ClaimError({ code: 'usage', kind: 'more-than-one-order', command: 'status' });
    if (order !== undefined) {
      const status = await orderStatus(await open(), order);
      const claims = status.claim === null ? [] : [status.claim];
      // A text says in its first line that the work is done.
      const done = status.done === null || options['json'] !== true ? [] : [findingWarning(status.done)];
      return { ...answer({ claims }, (page) => orderText(page, status), [...done, ...status.warnings]), isOfOne: true };
    }
    // A document has all claims.
    const seen = await overview(await open({ isSurveying: true }), options['json'] === true ? undefined : OTHERS_MAX);
    return answer({ claims: seen.claims, paths: seen.paths }, (page) => overviewText(page, seen), seen.warnings);
  },
};
