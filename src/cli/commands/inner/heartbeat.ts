import { ClaimError } from '../../../core/errors.ts';
import { parseSessionKey } from '../../../core/ids.ts';
import { readSubject } from '../../../core/liveness/observation.ts';
import { decodePath, encodePath } from '../../../core/path-encoding.ts';
import { parseAnchor } from '../../../core/session/anchor.ts';
import { heartbeat } from '../../../usecases/heartbeat.ts';
import { answer } from '../../answer.ts';
import type { CommandSpec } from '../../command.ts';

/**
 * What bin/heartbeat.sh runs. It prints the claims to watch in one line (`ORDER-1 /src/auth.ts`), and each ref's object in
 * the lines below. It prints nothing if no claim is left. The next beat gets the claims of that line.
 */
export const heartbeatCommand: CommandSpec = {
  name: 'heartbeat',
  operands: '<anchor> <session key> [<claim>...]',
  options: [],
  async run(open, [token = '', key = '', ...words]) {
    const anchor = parseAnchor(token);
    if (anchor === null) throw new ClaimError({ code: 'usage', kind: 'beat-without-anchor' });
    const last = words.flatMap((word) => readSubject(decodePath(word) ?? '') ?? []);
    const claims = await heartbeat(await open(), parseSessionKey(key), anchor, last);
    // Orders and encoded paths are parts of refs, so they have no spaces and nothing that sh expands.
    const watched = claims.map(({ subject }) => encodePath(subject));
    return answer({ watched }, () => [watched.join(' '), ...claims.map(({ oid }) => oid)].join('\n'));
  },
};
