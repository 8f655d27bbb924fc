import { ClaimError } from '../../core/errors.ts';
import { exitCodeOf } from '../../core/exit-codes.ts';
import { mismatchRows } from '../../text/documents/mismatch.ts';
import { verifiedText } from '../../text/verify.ts';
import { verify } from '../../usecases/verify.ts';
import { answer } from '../answer.ts';
import type { CommandSpec } from '../command.ts';

export const verifyCommand: CommandSpec = {
  name: 'verify',
  operands: '[<range>]',
  options: [],
  async run(open, operands) {
    const [range = null, ...more] = operands;
    if (more.length > 0) throw new ClaimError({ code: 'usage', kind: 'more-than-one-range' });
    const verified = await verify(await open(), range);
    const { commits, remote, findings } = verified;
    return {
      ...answer({ findings: mismatchRows(findings), verified: { range: verified.range, commits, remote } }, (page) =>
        verifiedText(page, verified),
      ),
      exit: findings.some(({ severity }) => severity === 'block') ? exitCodeOf('collision') : 0,
    };
  },
};
