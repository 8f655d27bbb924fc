import { ClaimError } from '../../core/errors.ts';
import { parseSessionKey } from '../../core/ids.ts';
import { parseAnchor } from '../../core/session/anchor.ts';
import { heartbeat } from '../../usecases/heartbeat.ts';
import { answer } from '../answer.ts';
import type { CommandSpec } from '../command.ts';

/** What bin/heartbeat.sh runs. It answers with the orders to watch in one line, and what their refs hold in the lines below; with nothing when all is done. */
export const heartbeatCommand: CommandSpec = {
  name: 'heartbeat',
  summary: 'One beat of the heartbeat helper',
  operands: '<anchor> <session key>',
  options: [],
  async run(open, [token = '', key = '']) {
    const anchor = parseAnchor(token);
    if (anchor === null) throw new ClaimError('usage', 'heartbeat is for the helper, which names its anchor');
    const claims = await heartbeat(await open({ isSurveying: true }), parseSessionKey(key), anchor);
    const orders = claims.map(({ record }) => record.order);
    return answer({ orders }, () => [orders.join(' '), ...claims.map(({ oid }) => oid)].join('\n'));
  },
};
