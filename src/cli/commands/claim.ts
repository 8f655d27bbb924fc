import type { Finding } from '../../core/check/finding.ts';
import type { Refusal } from '../../core/refusal.ts';
import { claimedText } from '../../text/claims.ts';
import { shortFindings } from '../../text/findings.ts';
import { wrapped } from '../../text/page.ts';
import { waitingText } from '../../text/refusal.ts';
import { claim } from '../../usecases/claim.ts';
import { answer } from '../answer.ts';
import { type CommandSpec, textOf, textsOf } from '../command.ts';
import { nearMissAsked } from '../near-miss.ts';
import { sendShellClaimed } from '../shell.ts';
import { pageFor, warn } from '../streams.ts';

export const claimCommand: CommandSpec = {
  name: 'claim',
  operands: '<order>...',
  options: [
    ['--no-worktree', 'claim for this worktree instead of making one'],
    ['--on <base>', 'start the branch from this revision (default: the default branch)'],
    ['--path <path>...', 'claim this file or folder with the order; may be given more than once'],
    ['--wait', 'wait until a held order is free, or its silent holder may be replaced'],
    ['--reopen', 'claim completed orders again, adopting branch and worktree'],
  ],
  async run(open, operands, options) {
    const ports = await open();
    const onWait = options['wait'] === true ? waitingLine() : null;
    const outcome = await claim(ports, {
      orders: operands,
      isHere: options['worktree'] === false,
      base: textOf(options, 'on'),
      paths: textsOf(options, 'path'),
      isReopen: options['reopen'] === true,
      onWait,
      onNearMiss: nearMissAsked(),
      ...(options['json'] === true ? {} : { onFindings: findingLines(ports.settings.color) }),
    });
    if (outcome.kind === 'refused') return outcome;
    sendShellClaimed(outcome.claims);
    const json = { claims: outcome.claims.map(({ view }) => view) };
    return answer(json, (page) => claimedText(page, outcome), outcome.warnings);
  },
};

/** Says once what the caller should look at before it begins. A caller that waits is not told again. */
function findingLines(color: string | null): (findings: readonly Finding[]) => void {
  let isSaid = false;
  return (findings) => {
    const page = pageFor('stderr', color);
    if (!isSaid) for (const line of shortFindings(page, findings)) warn(wrapped(page, line));
    isSaid = findings.length > 0;
  };
}

/** Says whom the command waits for, and again only when that changes. */
function waitingLine(): (refusal: Refusal) => void {
  let said = '';
  return (refusal) => {
    const { oid, liveness } = ('wanted' in refusal ? refusal.path : refusal.claim) ?? {};
    const state = `${'wanted' in refusal ? refusal.wanted : refusal.order} ${oid} ${liveness}`;
    const page = pageFor('stderr', null);
    if (state !== said) warn(wrapped(page, waitingText(page, refusal)));
    said = state;
  };
}
