import { ClaimError } from '../../core/errors.ts';
import type { Refusal } from '../../core/refusal.ts';
import { isPerson } from '../../core/session/identity.ts';
import { claimedText } from '../../text/claims.ts';
import { wrapped } from '../../text/page.ts';
import { forceQuestion, forceWords, incumbentText } from '../../text/takeover.ts';
import type { Claimed } from '../../usecases/claimed.ts';
import { type Incumbent, incumbentOf, take } from '../../usecases/take.ts';
import type { Wired } from '../../wire.ts';
import { answer } from '../answer.ts';
import { type CommandSpec, textOf } from '../command.ts';
import { sendShellClaimed } from '../shell.ts';
import { pageFor, warn } from '../streams.ts';

export const takeCommand: CommandSpec = {
  name: 'take',
  operands: '<order>',
  options: [
    ['--reason <why>', 'why, in one line: the record keeps it, and the former holder reads it (required)'],
    ['--force', 'take it from a live holder: asks a person to type the order and its generation'],
  ],
  async run(open, operands, options) {
    const [order, ...more] = operands;
    const [isForced, isJson] = [options['force'] === true, options['json'] === true];
    if (order === undefined || more.length > 0) throw new ClaimError({ code: 'usage', kind: 'take-not-one-order' });
    const ports = await open();
    const incumbent = await incumbentOf(ports, order, textOf(options, 'reason') ?? '', isForced);
    if (incumbent.kind === 'refused') return incumbent;
    // If the claim cannot be taken, the refusal says who holds it.
    if (!isJson && (isForced || incumbent.isLeft)) {
      const page = pageFor('stderr', ports.settings.color);
      warn(wrapped(page, incumbentText(page, incumbent)));
    }
    const isInsisting = isForced && !incumbent.isLeft;
    if (isInsisting) await insist(incumbent, isJson);
    const outcome = await take(ports, incumbent, isInsisting);
    if (outcome.kind === 'refused') return inPerson(ports, outcome);
    sendShellClaimed(outcome.claims);
    const { dirtyFiles = [], unpushedCommits = 0 } = incumbent.work ?? {};
    const json = {
      claims: outcome.claims.map(({ view }) => view),
      takeover: { incumbent: incumbent.view, reason: incumbent.reason, dirtyFiles, unpushedCommits },
    };
    return answer(json, (page) => claimedText(page, { ...outcome, claims: outcome.claims.map(withoutWork) }), outcome.warnings);
  },
};

/** Only a person at a terminal is told how to insist. */
async function inPerson(ports: Wired, refusal: Refusal): Promise<Refusal> {
  const who = ports.identify();
  const { hasTerminal } = await import('../confirm.ts');
  const mayInsist = who.kind === 'session' && isPerson(who.identity) && hasTerminal() && !('wanted' in refusal);
  return mayInsist && refusal.claim?.liveness === 'live' ? { ...refusal, command: 'take here' } : refusal;
}

/** The work in the worktree was shown before the claim was taken. */
function withoutWork(claim: Claimed['claims'][number]): Claimed['claims'][number] {
  return { ...claim, takeover: claim.takeover && { ...claim.takeover, work: null } };
}

/** @throws ClaimError `usage` with --json, `illegal` without a terminal, `held` if something else was typed */
async function insist(incumbent: Incumbent, isJson: boolean): Promise<void> {
  if (isJson) throw new ClaimError({ code: 'usage', kind: 'force-with-json' });
  const { types } = await import('../confirm.ts');
  const words = forceWords(incumbent);
  if (!(await types(forceQuestion(incumbent), words))) throw new ClaimError({ code: 'held', kind: 'wrong-words', words });
}
