import { ClaimError } from '../../core/errors.ts';
import { parseMode } from '../../core/guard/mode.ts';
import { ALL_SET_UP } from '../../text/doctor.ts';
import { sharingDocument } from '../../text/documents/sharing.ts';
import {
  AGENTS_QUESTION,
  initQuestion,
  initText,
  listQuestion,
  noteMessage,
  purgedText,
  treesQuestion,
} from '../../text/init.ts';
import { checkInstallation } from '../../usecases/doctor/doctor.ts';
import { agentTrees, type Initialised, type InitWish, init, type Question, uninstall } from '../../usecases/init.ts';
import { type Purged, purge } from '../../usecases/purge.ts';
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
    ['--ask', 'ask again what was answered with no'],
    ['--claude', "let Claude Code's sessions introduce themselves: a hook in .claude/settings.json"],
    ['--remote <name>', 'share claims with other clones through this remote, a name or an address, once it is proved'],
    ['--print', 'only show what would be done'],
    ['--check', 'only say whether everything is in place'],
    ['--uninstall', 'remove the setup again; claims stay'],
    ['--purge', 'remove the setup, all claims and all settings; worktrees and branches stay'],
  ],
  async run(open, operands, options) {
    if (operands.length > 0) throw new ClaimError({ code: 'usage', kind: 'unwanted-operands', command: 'init' });
    assertAlone(options);
    const isPrinting = options['print'] === true;
    const ports = await open();
    if (options['check'] === true) {
      const diagnosis = await checkInstallation(ports);
      return diagnosed(diagnosis, ALL_SET_UP);
    }
    if (options['purge'] === true) return purgedAnswer(await purge(ports, isPrinting, askAlways));
    if (options['uninstall'] === true) return said(await uninstall(ports, isPrinting, ask));
    return said(await init(ports, await wishOf(ports, options), isPrinting, ask));
  },
};

/** What each option goes with, besides `--json` and the like. */
const TOGETHER: readonly (readonly string[])[] = [
  ['mode', 'agentsMd', 'ask', 'claude', 'remote', 'print'],
  ['check'],
  ['uninstall', 'print'],
  ['purge', 'print'],
];

/** @throws ClaimError `usage` if an option would be ignored because of another one */
function assertAlone(options: Options): void {
  const all = [...new Set(TOGETHER.flat())];
  const given = all.filter((option) => options[option] !== undefined && options[option] !== false);
  if (TOGETHER.some((alike) => given.every((option) => alike.includes(option)))) return;
  const names = given.map((option) => (option === 'agentsMd' ? '--agents-md' : `--${option}`));
  throw new ClaimError({ code: 'usage', kind: 'init-options', options: names });
}

/** Scripts that people run have no terminal, and nobody to ask. */
async function ask(question: Question): Promise<boolean> {
  const { agrees, hasTerminal } = await import('../confirm.ts');
  return !hasTerminal() || agrees(initQuestion(question));
}

/** Nothing brings claims back, so a person at a terminal has to agree. */
async function askAlways(question: Question): Promise<boolean> {
  const { agrees } = await import('../confirm.ts');
  return agrees(initQuestion(question));
}

async function wishOf(ports: Wired, options: Options): Promise<InitWish> {
  const mode = textOf(options, 'mode');
  const isAsking = !['print', 'json'].some((option) => options[option] === true);
  const claude = options['claude'] === true;
  const isOffered = isAsking && options['agentsMd'] !== true;
  const agentsMd = options['agentsMd'] === true || (isOffered && (await wantsAgentsBlock(ports, options['ask'] === true)));
  const isListing = isAsking && (agentsMd || claude) && (await wantsCopies(ports, agentsMd, claude));
  const isPlacingTrees = isAsking ? await wantsAgentTrees(ports, claude, options['ask'] === true) : null;
  const parts = { agentsMd, claude, isListing, isPlacingTrees };
  return { mode: mode === null ? null : parseMode(mode), ...parts, remote: textOf(options, 'remote') };
}

/** What git ignores gets into new worktrees only if a file of the project lists it. */
async function wantsCopies(ports: Wired, agentsMd: boolean, claude: boolean): Promise<boolean> {
  const { agrees, hasTerminal } = await import('../confirm.ts');
  if (!hasTerminal()) return false;
  const parts = [...(agentsMd ? ['agents-md' as const] : []), ...(claude ? ['claude' as const] : [])];
  const unlisted = await (await ports.installation()).unlisted(parts);
  return unlisted.length > 0 && agrees(listQuestion(unlisted));
}

/** AGENTS.md belongs to the project, so without a terminal it is never touched. After a no, only --ask asks again. */
async function wantsAgentsBlock(ports: Wired, isAskingAgain: boolean): Promise<boolean> {
  if (ports.places.topLevel === null) return false;
  const { agrees, hasTerminal } = await import('../confirm.ts');
  if (!hasTerminal()) return false;
  const installation = await ports.installation();
  if (!installation.lacksAgentsBlock || (installation.isDeclined('agents-md') && !isAskingAgain)) return false;
  const isWanted = await agrees(AGENTS_QUESTION);
  installation.noteAnswer('agents-md', isWanted);
  return isWanted;
}

/** Returns null where nobody can be asked, or nothing can be offered. */
async function wantsAgentTrees(ports: Wired, isAgentHere: boolean, isAskingAgain: boolean): Promise<boolean | null> {
  const trees = agentTrees(ports, isAgentHere);
  const { agrees, hasTerminal } = await import('../confirm.ts');
  if (trees === null || !hasTerminal()) return null;
  const installation = await ports.installation();
  if (installation.isDeclined('agent-trees') && !isAskingAgain) return false;
  const isWanted = await agrees(treesQuestion(trees));
  installation.noteAnswer('agent-trees', isWanted);
  return isWanted;
}

function purgedAnswer(done: Purged): Answer {
  const { installed, refs, worktrees, left } = done;
  return answer({ ...documentOf(installed), purged: { refs, worktrees, left } }, (page) => purgedText(page, done));
}

function said(done: Initialised): Answer {
  return answer({ ...documentOf(done), purged: null }, (page) => initText(page, done));
}

function documentOf({ isDone, mode, route, changes, notes, sharing }: Initialised) {
  const rows = changes.map((change) => ({
    action: change.kind,
    part: change.part,
    path: change.path,
    to: change.kind === 'move' ? change.to : null,
  }));
  return {
    done: isDone,
    mode,
    route: route.kind,
    changes: rows,
    notes: notes.map(noteMessage),
    sharing: sharing === null ? null : sharingDocument(sharing),
  };
}
