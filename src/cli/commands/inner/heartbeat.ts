import { ClaimError } from '../../../core/errors.ts';
import { parseSessionKey } from '../../../core/ids.ts';
import { encodePath } from '../../../core/path-encoding.ts';
import { parseAnchor } from '../../../core/session/anchor.ts';
import { heartbeat } from '../../../usecases/heartbeat.ts';
import { answer } from '../../answer.ts';
import type { CommandSpec } from '../../command.ts';

/** What bin/heartbeat.sh runs. It answers with the claims to watch in one line (`ORDER-1 /src/auth.ts`), and what their refs hold in the lines below; with nothing when all is done. */
export const heartbeatCommand: CommandSpec = {
  name: 'heartbeat',
  operands: '<anchor> <session key>',
  options: [],
  async run(open, [token = '', key = '']) {
    const anchor = parseAnchor(token);
    if (anchor === null) throw new ClaimError({ code: 'usage', kind: 'beat-without-anchor' });
    const claims = await heartbeat(await open({ isSurveying: true }), parseSessionKey(key), anchor);
    // An order's id is as it is in a ref; so no space and nothing that sh expands is in any of them.
    const watched = claims.map(({ subject }) => encodePath(subject));
    return answer({ watched }, () => [watched.join(' '), ...claims.map(({ oid }) => oid)].join('\n'));
  },
};
