import { ClaimError } from '../../core/errors.ts';
import { exitCodeOf } from '../../core/exit-codes.ts';
import { parseDurationMs } from '../../core/time.ts';
import { findingRows } from '../../text/documents/finding.ts';
import { findingsText } from '../../text/findings.ts';
import { check, SINCE_MS } from '../../usecases/check.ts';
import { answer } from '../answer.ts';
import { type CommandSpec, textOf } from '../command.ts';

export const checkCommand: CommandSpec = {
  name: 'check',
  operands: '[<order>]',
  options: [['--since <duration>', 'how far back to look at commits (default: 5m)']],
  async run(open, operands, options) {
    const [order = null, ...more] = operands;
    if (more.length > 0) throw new ClaimError({ code: 'usage', kind: 'more-than-one-order', command: 'check' });
    const since = textOf(options, 'since');
    const sinceMs = since === null ? SINCE_MS : parseDurationMs(since, '--since');
    const { findings, warnings } = await check(await open({ isSurveying: true }), order, sinceMs);
    const isBlocked = findings.some(({ severity }) => severity === 'block');
    return {
      ...answer({ findings: findingRows(findings) }, (page) => findingsText(page, findings), warnings),
      exit: isBlocked ? exitCodeOf('collision') : 0,
    };
  },
};
