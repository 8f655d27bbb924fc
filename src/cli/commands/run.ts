import { visible } from '../../core/line.ts';
import { passingClaimText } from '../../text/claims.ts';
import { wrapped } from '../../text/page.ts';
import { ranText } from '../../text/run.ts';
import { warningText } from '../../text/warnings.ts';
import type { Claimed } from '../../usecases/claimed.ts';
import { run } from '../../usecases/run.ts';
import type { Warning } from '../../usecases/warning.ts';
import { answer } from '../answer.ts';
import { type CommandSpec, textOf } from '../command.ts';
import { nearMissAsked } from '../near-miss.ts';
import { pageFor, warn } from '../streams.ts';

export const runCommand: CommandSpec = {
  name: 'run',
  operands: '<order> -- <command>...',
  options: [['--complete', 'complete the order when the command succeeds']],
  async run(open, [order = '', ...words], options) {
    const isJson = options['json'] === true;
    const ports = await open();
    const page = pageFor('stderr', ports.settings.color);
    // Standard output belongs to the command. What git-claim says goes to standard error.
    const said = new Set<Warning>();
    const onStart = (claimed: Claimed) => {
      if (isJson) return;
      warn(wrapped(page, passingClaimText(page, claimed)));
      for (const warning of claimed.warnings) {
        warn(wrapped(page, `warning: ${visible(warningText(page, warning))}`));
        said.add(warning);
      }
    };
    const outcome = await run(ports, {
      order,
      words,
      isCompleting: options['complete'] === true,
      isAnchored: textOf(options, 'anchor') !== null || Boolean(process.env['GIT_CLAIM_ANCHOR']),
      isQuiet: isJson,
      onNearMiss: nearMissAsked(),
      onStart,
    });
    if (outcome.kind === 'refused') return outcome;
    const { view, exit, end, warnings } = outcome;
    if (!isJson) warn(ranText(outcome));
    const late = warnings.filter((warning) => !said.has(warning));
    return { ...answer({ claims: [view], ran: { command: words, exit, end } }, () => '', late), exit };
  },
};
