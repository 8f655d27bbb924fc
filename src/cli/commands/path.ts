import { ClaimError } from '../../core/errors.ts';
import { parseDurationMs } from '../../core/time.ts';
import { claimedPathsText, releasedPathsText } from '../../text/paths.ts';
import { claimPaths, releasePaths } from '../../usecases/paths.ts';
import { answer } from '../answer.ts';
import { type CommandSpec, textOf } from '../command.ts';

export const pathCommand: CommandSpec = {
  name: 'path',
  operands: '<path>...',
  options: [
    ['--release', 'give them back'],
    ['--ttl <duration>', "how long a claim outlives its session's silence (default: claim.pathTtl, 15m)"],
  ],
  async run(open, operands, options) {
    const ttl = textOf(options, 'ttl');
    const ttlMs = ttl === null ? null : parseDurationMs(ttl, '--ttl');
    if (options['release'] === true) {
      if (ttlMs !== null) throw new ClaimError({ code: 'usage', kind: 'ttl-with-release' });
      const outcome = await releasePaths(await open(), operands);
      return outcome.kind === 'refused' ? outcome : answer({ paths: [] }, (page) => releasedPathsText(page, outcome));
    }
    const outcome = await claimPaths(await open(), operands, ttlMs);
    if (outcome.kind === 'refused') return outcome;
    return answer({ paths: outcome.paths.map(({ view }) => view) }, (page) => claimedPathsText(page, outcome), outcome.warnings);
  },
};
