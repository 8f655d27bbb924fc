import { ClaimError } from '../../core/errors.ts';
import { claimedText } from '../../text/claims.ts';
import { claim } from '../../usecases/claim.ts';
import { answer } from '../answer.ts';
import { type CommandSpec, textOf } from '../command.ts';

export const claimCommand: CommandSpec = {
  name: 'claim',
  summary: 'Claim orders and make their work trees',
  operands: '<order>...',
  options: [
    ['--no-worktree', 'claim for the present work tree instead of making one'],
    ['--on <base>', 'start the branch from this revision (default: the default branch)'],
    ['--reopen', 'claim completed orders again, adopting branch and work tree'],
  ],
  async run(open, operands, options) {
    if (operands.length === 0) throw new ClaimError('usage', 'which order?', { hint: 'git claim ORDER-143' });
    const isHere = options['worktree'] === false;
    const base = textOf(options, 'on');
    if (isHere && base !== null) throw new ClaimError('usage', '--on starts a branch, and --no-worktree makes none');
    const ports = await open();
    const outcome = await claim(ports, { orders: operands, isHere, base, isReopen: options['reopen'] === true });
    if (outcome.kind === 'refused') return outcome;
    const json = { claims: outcome.claims.map(({ view }) => view) };
    return answer(json, (page) => claimedText(page, outcome, ports.settings.lease.expireMs), outcome.warnings);
  },
};
