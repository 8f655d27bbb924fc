import { type ProcessInfo, programNames, programPaths } from './process.ts';

/** A coding agent, and how it is recognised: by commands, and through dist/facts.sh by the hooks. */
export type KnownAgent = {
  readonly name: string;
  /** Variables that carry the id of its session. The first one that is set counts. */
  readonly ids: readonly string[];
  /** Variables that only show that it is here: `NAME`, or `NAME=value`. */
  readonly presence: readonly string[];
  /** Those of `presence` that are also set in terminals where a person types. */
  readonly inTerminalsToo?: readonly string[];
  /** The names of its process. */
  readonly processes: readonly string[];
  /** The folder of its script or program, if the file's own name says nothing (`cli.js`). */
  readonly folder?: string;
  /** Its variables may be those of any agent: they count where no other agent is seen. */
  readonly isNameless?: true;
  /** First arguments that make its process a host of many sessions at once. */
  readonly hosting?: readonly string[];
};

/**
 * Codex comes before Claude: a Codex that Claude starts inherits Claude's variables. The nameless conventions come last. Codex
 * names the root session before the thread, so that its sub-threads own nothing by themselves.
 */
export const KNOWN_AGENTS: readonly KnownAgent[] = [
  {
    name: 'codex',
    ids: ['CODEX_SESSION_ID', 'CODEX_THREAD_ID'],
    presence: [],
    processes: ['codex'],
    folder: '@openai/codex',
    hosting: ['app-server', 'mcp-server'],
  },
  {
    name: 'copilot',
    ids: ['COPILOT_AGENT_SESSION_ID'],
    presence: ['COPILOT_CLI'],
    processes: ['copilot'],
    folder: '@github/copilot',
  },
  { name: 'grok', ids: ['GROK_SESSION_ID'], presence: [], processes: ['grok'] },
  { name: 'pi', ids: ['PI_SESSION_ID'], presence: ['PI_CODING_AGENT', 'AI_AGENT=pi'], processes: ['pi'] },
  { name: 'antigravity', ids: ['ANTIGRAVITY_CONVERSATION_ID'], presence: ['ANTIGRAVITY_AGENT'], processes: [] },
  { name: 'amp', ids: ['AMP_CURRENT_THREAD_ID'], presence: ['AGENT=amp'], processes: ['amp'], folder: '@sourcegraph/amp' },
  { name: 'cursor', ids: ['CURSOR_CONVERSATION_ID'], presence: ['CURSOR_AGENT'], processes: ['cursor-agent'] },
  {
    name: 'gemini',
    ids: ['GEMINI_SESSION_ID'],
    presence: ['GEMINI_CLI'],
    processes: ['gemini'],
    folder: '@google/gemini-cli',
  },
  { name: 'gptme', ids: ['GPTME_SESSION_ID'], presence: [], processes: ['gptme'] },
  { name: 'opencode', ids: [], presence: ['OPENCODE'], processes: ['opencode'], hosting: ['serve', 'web'] },
  { name: 'crush', ids: [], presence: ['CRUSH'], processes: ['crush'], folder: '@charmland/crush' },
  { name: 'augment', ids: [], presence: ['AUGMENT_AGENT'], processes: ['auggie'], folder: '@augmentcode/auggie' },
  { name: 'qwen', ids: ['QWEN_CODE_SESSION_ID'], presence: ['QWEN_CODE'], processes: ['qwen'], folder: '@qwen-code/qwen-code' },
  { name: 'droid', ids: [], presence: [], processes: ['droid'] },
  { name: 'aider', ids: [], presence: [], processes: ['aider'] },
  {
    name: 'claude',
    ids: ['CLAUDE_CODE_SESSION_ID'],
    presence: ['CLAUDE_CODE_CHILD_SESSION', 'CLAUDECODE'],
    inTerminalsToo: ['CLAUDECODE'],
    processes: ['claude'],
    folder: '@anthropic-ai/claude-code',
  },
  { name: 'agent', ids: [], presence: ['AI_AGENT', 'AGENT'], processes: [], isNameless: true },
];

/** Returns the agent that a process is, or null. What an agent starts for one command (its sandbox, say) is not the agent. */
export function agentOfProcess(process: ProcessInfo): KnownAgent | null {
  const names = programNames(process);
  if (names.some((name) => COMMAND_WRAPPERS.includes(name))) return null;
  const named = names.find((name) => AGENT_OF_NAME.has(name));
  return named === undefined ? agentOfFolder(process) : (AGENT_OF_NAME.get(named) as KnownAgent);
}

/** Returns whether the process runs several sessions side by side, so that it does not show which one asks. */
export function hostsManySessions(process: ProcessInfo): boolean {
  const hosting = agentOfProcess(process)?.hosting ?? [];
  return process.args.some((word) => hosting.includes(word));
}

/**
 * Returns whether terminals begin at the process: a multiplexer or a login daemon. It outlives the session that started it, and
 * passes that session's environment on to all later ones.
 */
export function isTerminalHost(process: ProcessInfo): boolean {
  return programNames(process).some((name) => TERMINAL_HOSTS.includes(name));
}

/** Codex runs each shell command through itself under these names (its arg0 dispatch), and `comm` is still `codex`. */
const COMMAND_WRAPPERS = ['codex-linux-sandbox', 'apply_patch', 'applypatch'];

/** The names of multiplexers and login daemons. */
export const TERMINAL_HOSTS = [
  ...['tmux', 'screen', 'SCREEN', 'zellij', 'dtach', 'abduco'],
  ...['sshd', 'sshd-session', 'mosh-server', 'dropbear', 'login'],
];

/** By name, because each command looks up every process above it. */
const AGENT_OF_NAME = new Map(KNOWN_AGENTS.flatMap((agent) => agent.processes.map((name) => [name, agent] as const)));

function agentOfFolder(process: ProcessInfo): KnownAgent | null {
  const packaged = programPaths(process).filter((path) => path.includes('/node_modules/'));
  const isIn = ({ folder }: KnownAgent) =>
    folder !== undefined && packaged.some((path) => path.includes(`/node_modules/${folder}/`));
  return packaged.length === 0 ? null : (KNOWN_AGENTS.find(isIn) ?? null);
}
