import type { CommandSpec } from './command.ts';

/** What a command is for, as the help groups them. */
export type Group = 'work' | 'look' | 'talk' | 'setup';

type InnerEntry = {
  /** One line, imperative, without a full stop: for the list of commands, for its own help, and for shells that complete it. */
  readonly summary: string;
  readonly load: () => Promise<CommandSpec>;
};

type Entry = InnerEntry & {
  readonly group: Group;
  /** A line that one may type. */
  readonly example: string;
  /** What the command asks git first, after the configuration. bin/git-claim asks that while Node starts. */
  readonly ahead?: 'survey' | 'log';
  /** The command may last for hours, or does with this option. */
  readonly lasts?: true | `--${string}`;
};

/** Every command, in the order of the help. A command's module is loaded when the command runs. */
export const COMMANDS: Readonly<Record<string, Entry>> = {
  claim: {
    summary: 'Claim orders and make their worktrees (the word claim may be left out)',
    group: 'work',
    example: 'git claim ORDER-143 --path src/auth',
    load: async () => (await import('./commands/claim.ts')).claimCommand,
    ahead: 'log',
  },
  next: {
    summary: 'Recommend orders that are ready and free, or claim the best one',
    group: 'work',
    example: 'git claim next --claim',
    load: async () => (await import('./commands/next.ts')).nextCommand,
  },
  run: {
    summary: 'Claim an order, run a command in its worktree, and give the claim back',
    group: 'work',
    example: 'git claim run --complete ORDER-143 -- npm test',
    load: async () => (await import('./commands/run.ts')).runCommand,
    lasts: true,
  },
  renew: {
    summary: 'Extend the lease of a claim',
    group: 'work',
    example: 'git claim renew ORDER-143',
    load: async () => (await import('./commands/renew.ts')).renewCommand,
  },
  block: {
    summary: 'Keep a claim while waiting for something outside',
    group: 'work',
    example: 'git claim block ORDER-143 --reason "waits for the design"',
    load: async () => (await import('./commands/block.ts')).blockCommand,
  },
  unblock: {
    summary: 'Continue a blocked claim',
    group: 'work',
    example: 'git claim unblock ORDER-143',
    load: async () => (await import('./commands/unblock.ts')).unblockCommand,
  },
  push: {
    summary: "Publish an order's branch together with its claim: only its holder can",
    group: 'work',
    example: 'git claim push ORDER-143',
    load: async () => (await import('./commands/push.ts')).pushCommand,
  },
  complete: {
    summary: 'End a claim with its work done',
    group: 'work',
    example: 'git claim complete ORDER-143',
    load: async () => (await import('./commands/complete.ts')).completeCommand,
  },
  release: {
    summary: 'Release a claim; its worktree stays as it is',
    group: 'work',
    example: 'git claim release ORDER-143',
    load: async () => (await import('./commands/release.ts')).releaseCommand,
  },
  abandon: {
    summary: 'End a claim with its work given up',
    group: 'work',
    example: 'git claim abandon ORDER-143',
    load: async () => (await import('./commands/abandon.ts')).abandonCommand,
  },
  hand: {
    summary: 'Hand a claim over to another session',
    group: 'work',
    example: 'git claim hand ORDER-143 --to claude-7f3a21',
    load: async () => (await import('./commands/hand.ts')).handCommand,
  },
  take: {
    summary: "Take over another session's claim, with its worktree as it is",
    group: 'work',
    example: 'git claim take ORDER-143 --reason "its session crashed"',
    load: async () => (await import('./commands/take.ts')).takeCommand,
  },
  rescue: {
    summary: 'Keep the work of a claim that was taken from you, under a ref',
    group: 'work',
    example: 'git claim rescue ORDER-143',
    load: async () => (await import('./commands/rescue.ts')).rescueCommand,
  },
  path: {
    summary: 'Claim files or folders, so that no other session does',
    group: 'work',
    example: 'git claim path src/auth docs/login.md',
    load: async () => (await import('./commands/path.ts')).pathCommand,
  },
  worktree: {
    summary: 'List, add, set up, remove or prune the worktrees of claims',
    group: 'work',
    example: 'git claim worktree remove ORDER-143',
    load: async () => (await import('./commands/worktree.ts')).worktreeCommand,
  },
  where: {
    summary: "Print the path of an order's worktree",
    group: 'look',
    example: 'cd "$(git claim where ORDER-143)"',
    load: async () => (await import('./commands/where.ts')).whereCommand,
  },
  go: {
    summary: "Change into an order's worktree (in a shell with git claim shell-init)",
    group: 'look',
    example: 'git claim go ORDER-143',
    load: async () => (await import('./commands/go.ts')).goCommand,
  },
  status: {
    summary: "Show who you are, what you hold and who else is here, or one order's claim",
    group: 'look',
    example: 'git claim status ORDER-143',
    load: async () => (await import('./commands/status.ts')).statusCommand,
    ahead: 'survey',
  },
  list: {
    summary: 'Show the board: a line for each claim',
    group: 'look',
    example: 'git claim list --all',
    load: async () => (await import('./commands/list.ts')).listCommand,
    ahead: 'survey',
    lasts: '--watch',
  },
  paths: {
    summary: 'Show which files and folders are claimed, and by whom',
    group: 'look',
    example: 'git claim paths',
    load: async () => (await import('./commands/paths.ts')).pathsCommand,
  },
  session: {
    summary: 'Start or end this session, or list the sessions that are here',
    group: 'look',
    example: 'git claim session start --title "fix the login"',
    load: async () => (await import('./commands/session.ts')).sessionCommand,
  },
  check: {
    summary: 'Show what may collide before you begin',
    group: 'look',
    example: 'git claim check ORDER-143',
    load: async () => (await import('./commands/check.ts')).checkCommand,
  },
  verify: {
    summary: 'Compare what commits say of themselves with who held their orders then',
    group: 'look',
    example: 'git claim verify origin/main..HEAD',
    load: async () => (await import('./commands/verify.ts')).verifyCommand,
  },
  log: {
    summary: 'Show who owned an order when, or the latest changes of all orders',
    group: 'look',
    example: 'git claim log ORDER-143',
    load: async () => (await import('./commands/log.ts')).logCommand,
  },
  feed: {
    summary: 'Show what happened recently: claims, takeovers, intents',
    group: 'look',
    example: 'git claim feed --follow',
    load: async () => (await import('./commands/feed.ts')).feedCommand,
    lasts: true,
  },
  intent: {
    summary: 'Announce what you are about to do; others are told for 10 minutes',
    group: 'talk',
    example: 'git claim intent "rename src/api to src/http"',
    load: async () => (await import('./commands/intent.ts')).intentCommand,
  },
  intents: {
    summary: 'Show what sessions announced',
    group: 'talk',
    example: 'git claim intents',
    load: async () => (await import('./commands/intents.ts')).intentsCommand,
  },
  'follow-up': {
    summary: 'File a draft for work found while working on an order',
    group: 'talk',
    example: 'git claim follow-up ORDER-143 --title "Retry on 429"',
    load: async () => (await import('./commands/follow-up.ts')).followUpCommand,
  },
  init: {
    summary: 'Set up this repository, or repair its setup: hooks and their configuration',
    group: 'setup',
    example: 'git claim init --mode hard',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  sync: {
    summary: 'Follow the claims on the remote, and send what was claimed without it',
    group: 'setup',
    example: 'git claim sync',
    load: async () => (await import('./commands/sync.ts')).syncCommand,
  },
  doctor: {
    summary: 'Find what keeps claims from working, and say what to do',
    group: 'setup',
    example: 'git claim doctor --fix',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  'shell-init': {
    summary: 'Print the functions with which git claim go changes the directory of a shell',
    group: 'setup',
    example: 'eval "$(git claim shell-init bash)"',
    load: async () => (await import('./commands/shell-init.ts')).shellInitCommand,
  },
  completion: {
    summary: 'Print the script with which a shell completes git claim',
    group: 'setup',
    example: 'git claim completion zsh',
    load: async () => (await import('./commands/completion.ts')).completionCommand,
  },
};

/** Commands that only the helper and the hooks run. */
export const INNER_COMMANDS: Readonly<Record<string, InnerEntry>> = {
  heartbeat: {
    summary: 'One beat of the heartbeat helper',
    load: async () => (await import('./commands/inner/heartbeat.ts')).heartbeatCommand,
  },
  hook: { summary: 'The answer of a git hook', load: async () => (await import('./commands/inner/hook.ts')).hookCommand },
};
