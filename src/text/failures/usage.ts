import type { BareCommand, OneOrderCommand, ShellCommand, UsageFailure } from '../../core/failures/usage.ts';
import { shellWord } from '../shell-word.ts';
import { type Face, inQuotes, type Wording, type Words } from './wording.ts';

export const USAGE_WORDS: Words<UsageFailure> = {
  'after-not-a-number': () => ({
    says: '--after takes the number of an event',
    hint: 'git claim feed --json shows the numbers',
  }),
  'bad-option': ({ command, said }) => ({
    says: parserSentence(said),
    hint:
      command === 'run'
        ? 'put -- before the command: git claim run ORDER-143 -- npm test'
        : `git claim ${command} -h lists its options`,
  }),
  'beat-without-anchor': () => ({ says: 'only the heartbeat helper runs this, and it names its anchor' }),
  'block-without-reason': (_, face) => ({
    says: 'a block needs its reason',
    hint: by(face, 'git claim block ORDER-143 --reason "waits for the design"', "block('ORDER-143', 'waits for the design')"),
  }),
  'claim-options-without-claim': () => ({ says: '--no-worktree and --on need --claim' }),
  'claim-with-count': () => ({ says: '-n cannot be combined with --claim' }),
  'count-out-of-range': ({ text, max }) => ({ says: `-n ${inQuotes(text)} is not a number from 1 to ${max}` }),
  'follow-from-number': () => ({
    says: '--follow cannot be combined with --json or --after',
    hint: 'a program asks again from the last number it has: git claim feed --json --after <number>',
  }),
  'follow-up-without-title': (_, face) => ({
    says: 'a follow-up needs a title',
    hint: by(face, 'git claim follow-up ORDER-143 --title "Retry on 429"', "followUp('ORDER-143', { title: 'Retry on 429' })"),
  }),
  'force-with-json': () => ({
    says: '--force asks a person, so it cannot be combined with --json',
    hint: 'run it in a terminal, without --json',
  }),
  'hand-without-session': () => ({
    says: 'name one order and the session that gets it',
    hint: 'git claim hand ORDER-143 --to claude-7f3a21',
  }),
  'init-options': ({ options }) => ({
    says: `git claim init does not take ${options.join(' and ')} together`,
    hint: 'git claim init -h explains each',
  }),
  'intent-kind': ({ text }) => ({
    says: `${inQuotes(text)} is not a kind of intent`,
    hint: 'one word of small letters, digits and "-", at most 32: --kind force-push',
  }),
  'intent-not-one-text': (_, face) => ({
    says: 'say what you are about to do, in one text',
    hint: by(face, 'git claim intent "rename src/api to src/http"', "intent('rename src/api to src/http')"),
  }),
  'more-than-one-order': ({ command }) => ({ says: ONE_ORDER[command], hint: oneOrderHint(command) }),
  'more-than-one-range': () => ({ says: 'verify takes one range of commits, such as main..HEAD' }),
  'no-branch-to-push': ({ order }) => ({
    says: `${order} has no branch to push: it was claimed on the default branch, or without one`,
    hint: 'git push <remote> <branch>',
  }),
  'no-order-named': (_, face) => ({ says: 'which order?', hint: by(face, 'git claim ORDER-143', "claim('ORDER-143')") }),
  'no-path-named': (_, face) => ({
    says: 'which path?',
    hint: by(face, 'git claim path src/auth.ts; git claim paths lists what is claimed', "path.claim('src/auth.ts')"),
  }),
  'no-program-named': (_, face) => ({
    says: by(face, 'which order, and which command?', 'which program?'),
    hint: by(face, 'git claim run ORDER-143 -- npm test', "run('ORDER-143', ['npm', 'test'])"),
  }),
  'no-remote': () => ({
    says: 'claims are not shared through a remote here',
    hint: 'git claim init --remote origin shares them',
  }),
  'no-shell-functions': ({ order }) => ({
    says: 'no program can change the directory of its shell: this one has not the functions that do',
    hint: `in its start-up file: eval "$(git claim shell-init bash)" (zsh alike; fish: git claim shell-init fish | source); for now: cd "$(git claim where ${order})"`,
  }),
  'no-shell-named': ({ command }) => ({ says: 'which shell?', hint: SHELLS[command] }),
  'no-such-program': ({ name }, face) => ({
    says: `${name}: command not found; nothing was claimed`,
    hint: by(face, 'git claim run ORDER-143 -- npm test', "run('ORDER-143', ['npm', 'test'])"),
  }),
  'no-such-range': ({ text }) => ({
    says: `${inQuotes(text, 120)} names no commits here`,
    hint: 'in a shallow checkout a range may end where its history does: git claim verify HEAD',
  }),
  'no-terminal': () => ({
    says: 'there is no person at a terminal to ask',
    hint: 'run it in a terminal, without a pipe',
  }),
  'nowhere-to-push': ({ branch }) => ({
    says: `there is no remote to push ${branch} to`,
    hint: `git remote add origin <address>, or git config branch.${branch}.pushRemote <remote>`,
  }),
  'on-without-worktree': (_, face) => ({
    says: by(face, '--on cannot be combined with --no-worktree', 'on cannot be combined with worktree: false'),
  }),
  'push-offline': () => ({ says: 'what is pushed goes to a remote: --offline cannot be combined with that' }),
  'remote-with-options': ({ options }) => ({ says: `--remote cannot be combined with ${options.join(' or ')}` }),
  'session-verb': () => ({
    says: 'git claim session takes start, end or list',
    hint: 'git claim session start --title "fix the login" --linear ENG-7',
  }),
  'take-not-one-order': () => ({ says: 'name one order, and the reason for taking it', hint: TAKE }),
  'take-without-reason': (_, face) => ({
    says: 'taking a claim needs a reason',
    hint: by(face, TAKE, "take('ORDER-143', 'its session crashed')"),
  }),
  'ttl-with-release': () => ({ says: '--ttl cannot be combined with --release' }),
  'unknown-command': ({ text, meant }) => ({
    says: noCommand(text),
    hint:
      meant === null
        ? `git claim -h lists the commands; an order id looks like ORDER-143; git claim claim ${shellWord(text)}, if claim.idPattern allows it`
        : `did you mean git claim ${meant}?`,
  }),
  'unknown-help-topic': ({ text }) => ({ says: noCommand(text), hint: 'git claim -h lists the commands' }),
  'unknown-hook': ({ text }) => ({ says: `there is no hook ${inQuotes(text)}` }),
  'unknown-shell': ({ command, text }) => ({
    says: `there ${command === 'completion' ? 'is no completion' : 'are no functions'} for ${inQuotes(text)}`,
    hint: SHELLS[command],
  }),
  'unwanted-operands': ({ command }) => BARE[command],
  'watch-without-terminal': () => ({
    says: '--watch draws on a terminal: neither into a pipe nor as a document',
    hint: 'git claim feed --follow tells line by line what happens; a program asks again: git claim list --json',
  }),
  'worktree-verb': () => ({
    says: 'git claim worktree takes list, add <order>, setup <order>, trust, remove <order>... or prune',
    hint: 'git claim worktree list shows the orders that have one',
  }),
  'wrong-words': ({ words }) => ({ says: `that is not "${words}": nothing was taken` }),
};

function by(face: Face, command: string, library: string): string {
  return face === 'command' ? command : library;
}

const SHELLS: Readonly<Record<ShellCommand, string>> = {
  completion: 'git claim completion bash, zsh or fish; the first lines of the script say how to install it',
  'shell-init': 'git claim shell-init bash, zsh or fish; its first line says where to put it',
};

const TAKE = 'git claim take ORDER-143 --reason "its session crashed"';

const ONE_ORDER: Readonly<Record<OneOrderCommand, string>> = {
  check: 'check takes one order, or none for all you hold',
  feed: 'feed takes one order, or none for all',
  go: 'go takes one order',
  log: 'log takes one order, or none for all',
  rescue: 'rescue takes one order',
  status: 'status takes one order, or none',
  where: 'where takes one order',
};

function oneOrderHint(command: OneOrderCommand): string {
  return command === 'status' ? 'git claim list shows all' : `git claim ${command} ORDER-143`;
}

const BARE: Readonly<Record<BareCommand, Wording>> = {
  doctor: { says: 'doctor takes no arguments' },
  init: { says: 'init takes no arguments' },
  intents: { says: 'intents takes no text', hint: 'git claim intent "<text>" announces it' },
  list: { says: 'list takes no orders', hint: 'git claim status <order> shows one' },
  next: { says: 'next takes no orders', hint: 'git claim <order> claims one' },
  paths: { says: 'paths takes no arguments', hint: 'git claim path <path> claims one' },
  sync: { says: 'sync takes no arguments' },
};

function noCommand(text: string): string {
  return `git claim has no command ${inQuotes(text)}`;
}

/** Characters of the parser's sentence. It repeats what was typed, which may be a whole file. */
const PARSER_LENGTH_MAX = 200;

/** Commander says `error: unknown option '--jsn'\n(Did you mean --json?)`. */
function parserSentence(said: string): string {
  return said
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .slice(0, PARSER_LENGTH_MAX);
}
