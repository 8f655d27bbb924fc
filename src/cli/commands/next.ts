import { ClaimError } from '../../core/errors.ts';
import { claimedText } from '../../text/claims.ts';
import { nextDocument } from '../../text/documents/next.ts';
import { nextText } from '../../text/next.ts';
import { claimNext, NothingReady, next } from '../../usecases/next.ts';
import { answer } from '../answer.ts';
import { type CommandSpec, textOf } from '../command.ts';
import { sendShellClaimed } from '../shell.ts';

const LIMIT_DEFAULT = 5;
const LIMIT_MAX = 1_000;

export const nextCommand: CommandSpec = {
  name: 'next',
  operands: '',
  options: [
    ['-n <count>', `show at most this many (default: ${LIMIT_DEFAULT})`],
    ['--claim', 'claim the best one, or the next one if another session is faster'],
    ['--no-worktree', 'with --claim: claim for this worktree instead of making one'],
    ['--on <base>', 'with --claim: start the branch from this revision (default: the default branch)'],
    ['--all', 'with --json: list drafts and complete orders too'],
  ],
  async run(open, operands, options) {
    if (operands.length > 0) throw new ClaimError({ code: 'usage', kind: 'unwanted-operands', command: 'next' });
    const isHere = options['worktree'] === false;
    const base = textOf(options, 'on');
    const count = textOf(options, 'n');
    const isAll = options['all'] === true;
    const withRows = (error: unknown): never => {
      if (error instanceof NothingReady) error.document = nextDocument(error.judged, isAll);
      throw error;
    };
    if (options['claim'] !== true) {
      if (isHere || base !== null) throw new ClaimError({ code: 'usage', kind: 'claim-options-without-claim' });
      const outcome = await next(await open({ isSurveying: true }), count === null ? LIMIT_DEFAULT : limitIn(count)).catch(
        withRows,
      );
      const document = nextDocument([...outcome.orders, ...outcome.passed], isAll);
      return answer(document, (page) => nextText(page, outcome), outcome.warnings);
    }
    if (count !== null) throw new ClaimError({ code: 'usage', kind: 'claim-with-count' });
    const outcome = await claimNext(await open({ isSurveying: true }), { isHere, base }).catch(withRows);
    sendShellClaimed(outcome.claims);
    return answer({ claims: outcome.claims.map(({ view }) => view) }, (page) => claimedText(page, outcome), outcome.warnings);
  },
};

function limitIn(text: string): number {
  const count = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= LIMIT_MAX) return count;
  throw new ClaimError({ code: 'usage', kind: 'count-out-of-range', text, max: LIMIT_MAX });
}
