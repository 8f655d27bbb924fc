import { ClaimError } from '../../core/errors.ts';
import { parseMode } from '../../core/guard/mode.ts';
import { initText, noteMessage } from '../../text/init.ts';
import { checkInstallation } from '../../usecases/doctor/doctor.ts';
import { type Initialised, init, uninstall } from '../../usecases/init.ts';
import type { Wired } from '../../wire.ts';
import { type Answer, answer } from '../answer.ts';
import { type CommandSpec, type Options, textOf } from '../command.ts';
import { diagnosed } from '../diagnosis-answer.ts';

export const initCommand: CommandSpec = {
  name: 'init',
  operands: '',
  options: [
    ['--mode <mode>', 'how far the hooks go: shadow, soft or hard'],
    ['--agents-md', 'add a block for coding agents to AGENTS.md'],
    ['--ask', 'offer that block again after a no'],
    ['--claude', "let Claude Code's sessions introduce themselves: a hook in .claude/settings.json"],
    ['--print', 'only show what would be done'],
    ['--check', 'only say whether everything is in place'],
    ['--uninstall', 'remove everything again'],
  ],
  async run(open, operands, options) {
    if (operands.length > 0) throw new ClaimError({ code: 'usage', kind: 'unwanted-operands', command: 'init' });
    const isPrinting = options['print'] === true;
    const ports = await open();
    if (options['check'] === true) {
      const diagnosis = await checkInstallation(ports);
      return diagnosed(diagnosis, 'git-claim is set up, and its hooks run in every worktree');
    }
    if (options['uninstall'] === true) return said(await uninstall(ports, isPrinting));
    return said(await init(ports, await wishOf(ports, options), isPrinting));
  },
};

async function wishOf(ports: Wired, options: Options) {
  const mode = textOf(options, 'mode');
  const isAsking = !['agentsMd', 'print', 'json'].some((option) => options[option] === true);
  return {
    mode: mode === null ? null : parseMode(mode),
    agentsMd: options['agentsMd'] === true || (isAsking && (await wantsAgentsBlock(ports, options['ask'] === true))),
    claude: options['claude'] === true,
  };
}

/** AGENTS.md belongs to the project, so without a terminal it is never touched. After a no, only --ask asks again. */
async function wantsAgentsBlock(ports: Wired, isAskingAgain: boolean): Promise<boolean> {
  if (ports.places.topLevel === null || process.stdin.isTTY !== true || process.stderr.isTTY !== true) return false;
  const installation = await ports.installation();
  if (installation.hasAgentsBlock || (installation.isAgentsBlockDeclined && !isAskingAgain)) return false;
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const said = await terminal.question('Add a block on claims, for coding agents, to AGENTS.md? [y/N] ');
    const isWanted = /^y(?:es)?$/i.test(said.trim());
    installation.noteAgentsBlock(isWanted);
    return isWanted;
  } finally {
    terminal.close();
  }
}

function said(done: Initialised): Answer {
  const { isDone, mode, route, changes, notes } = done;
  const rows = changes.map((change) => ({
    action: change.kind,
    part: change.part,
    path: change.path,
    to: change.kind === 'move' ? change.to : null,
  }));
  return answer({ done: isDone, mode, route: route.kind, changes: rows, notes: notes.map(noteMessage) }, (page) =>
    initText(page, done),
  );
}
