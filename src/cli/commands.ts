import type { CommandSpec } from './command.ts';

type Entry = {
  /** One line, imperative, without a full stop: for the list of commands, for its own help, and for shells that complete it. */
  readonly summary: string;
  readonly load: () => Promise<CommandSpec>;
  /** What the command asks git first, after the configuration. bin/git-claim asks that while Node starts. */
  readonly ahead?: 'survey' | 'log';
  /** What an option makes the command ask besides. */
  readonly aheadWith?: Readonly<Record<string, 'head'>>;
  /** The command may last for hours. */
  readonly lasts?: true;
};

/** Every command, in the order of the help. A command's module is loaded when the command runs. */
export const COMMANDS: Readonly<Record<string, Entry>> = {
  claim: {
    summary: 'Claim orders and make their worktrees (the word claim may be left out)',
    load: async () => (await import('./commands/claim.ts')).claimCommand,
    ahead: 'log',
    aheadWith: { '--no-worktree': 'head' },
  },
  status: {
    summary: "Show who you are, what you hold and who else is here, or one order's claim",
    load: async () => (await import('./commands/status.ts')).statusCommand,
    ahead: 'survey',
  },
  list: {
    summary: 'Show the board: a line for each claim',
    load: async () => (await import('./commands/list.ts')).listCommand,
    ahead: 'survey',
  },
  next: {
    summary: 'Recommend orders that are ready and free, or claim the best one',
    load: async () => (await import('./commands/next.ts')).nextCommand,
  },
  renew: { summary: 'Extend the lease of a claim', load: async () => (await import('./commands/renew.ts')).renewCommand },
  release: {
    summary: 'Release a claim; its worktree stays as it is',
    load: async () => (await import('./commands/release.ts')).releaseCommand,
  },
  complete: {
    summary: 'End a claim with its work done',
    load: async () => (await import('./commands/complete.ts')).completeCommand,
  },
  abandon: {
    summary: 'End a claim with its work given up',
    load: async () => (await import('./commands/abandon.ts')).abandonCommand,
  },
  block: {
    summary: 'Keep a claim while waiting for something outside',
    load: async () => (await import('./commands/block.ts')).blockCommand,
  },
  unblock: { summary: 'Continue a blocked claim', load: async () => (await import('./commands/unblock.ts')).unblockCommand },
  hand: { summary: 'Hand a claim over to another session', load: async () => (await import('./commands/hand.ts')).handCommand },
  take: {
    summary: "Take over another session's claim, with its worktree as it is",
    load: async () => (await import('./commands/take.ts')).takeCommand,
  },
  run: {
    summary: 'Claim an order, run a command in its worktree, and give the claim back',
    load: async () => (await import('./commands/run.ts')).runCommand,
    lasts: true,
  },
  rescue: {
    summary: 'Keep the work of a claim that was taken from you, under a ref',
    load: async () => (await import('./commands/rescue.ts')).rescueCommand,
  },
  path: {
    summary: 'Claim files or folders, so that no other session does',
    load: async () => (await import('./commands/path.ts')).pathCommand,
  },
  paths: {
    summary: 'Show which files and folders are claimed, and by whom',
    load: async () => (await import('./commands/paths.ts')).pathsCommand,
  },
  where: {
    summary: "Print the path of an order's worktree",
    load: async () => (await import('./commands/where.ts')).whereCommand,
  },
  go: {
    summary: "Change into an order's worktree (in a shell with git claim shell-init)",
    load: async () => (await import('./commands/go.ts')).goCommand,
  },
  worktree: {
    summary: 'List, add, set up, remove or prune the worktrees of claims',
    load: async () => (await import('./commands/worktree.ts')).worktreeCommand,
  },
  session: {
    summary: 'Start or end this session, or list the sessions that are here',
    load: async () => (await import('./commands/session.ts')).sessionCommand,
  },
  check: {
    summary: 'Show what may collide before you begin',
    load: async () => (await import('./commands/check.ts')).checkCommand,
  },
  intent: {
    summary: 'Announce what you are about to do; others are told for 10 minutes',
    load: async () => (await import('./commands/intent.ts')).intentCommand,
  },
  intents: {
    summary: 'Show what sessions announced',
    load: async () => (await import('./commands/intents.ts')).intentsCommand,
  },
  feed: {
    summary: 'Show what happened recently: claims, takeovers, intents',
    load: async () => (await import('./commands/feed.ts')).feedCommand,
    lasts: true,
  },
  'follow-up': {
    summary: 'File a draft for work found while working on an order',
    load: async () => (await import('./commands/follow-up.ts')).followUpCommand,
  },
  log: {
    summary: 'Show who owned an order when, or the latest changes of all orders',
    load: async () => (await import('./commands/log.ts')).logCommand,
  },
  doctor: {
    summary: 'Find what keeps claims from working, and say what to do',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  init: {
    summary: 'Set up this repository, or repair its setup: hooks and their configuration',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  'shell-init': {
    summary: 'Print the functions with which git claim go changes the directory of a shell',
    load: async () => (await import('./commands/shell-init.ts')).shellInitCommand,
  },
  completion: {
    summary: 'Print the script with which a shell completes git claim',
    load: async () => (await import('./commands/completion.ts')).completionCommand,
  },
};

/** Commands that only the helper and the hooks run. */
export const INNER_COMMANDS: Readonly<Record<string, Entry>> = {
  heartbeat: {
    summary: 'One beat of the heartbeat helper',
    load: async () => (await import('./commands/inner/heartbeat.ts')).heartbeatCommand,
  },
  hook: { summary: 'The answer of a git hook', load: async () => (await import('./commands/inner/hook.ts')).hookCommand },
};
