import type { Mode } from '../guard/mode.ts';

/** Hooks whose refusal stops git: whichever of two hooks refuses first ends it. */
const GATES = ['pre-commit', 'prepare-commit-msg', 'pre-push', 'reference-transaction'] as const;

/** Hooks git runs when all is done: both run, whatever the first one says. */
const NOTES = ['post-checkout', 'post-commit'] as const;

export type OwnHook = (typeof GATES)[number] | (typeof NOTES)[number];

/** Every hook git-claim has. */
export const OWN_HOOKS: readonly OwnHook[] = [...GATES, ...NOTES];

/** Where hooks of ours and those that were there before us are, in the common git directory. */
export const FOLDERS = {
  /** The repository's own. */
  hooks: 'hooks',
  /** What stood there before; beside it and as deep, so that a hook finds its own name and the way to the work tree. */
  before: 'hooks.before-git-claim',
  /** Ours, in the place of the one another `core.hooksPath` names. */
  own: 'hooks.git-claim',
} as const;

/** Returns the hooks a mode needs: reference-transaction runs up to sixteen times a command, and is for those who want to be held. */
export function hooksOf(mode: Mode): readonly OwnHook[] {
  return OWN_HOOKS.filter((hook) => hook !== 'reference-transaction' || mode === 'hard');
}

export function isGate(hook: OwnHook): boolean {
  return GATES.some((gate) => gate === hook);
}

/** Hooks to which git says something on stdin. */
export function readsInput(hook: OwnHook): boolean {
  return hook === 'pre-push' || hook === 'reference-transaction';
}

/**
 * What a folder of hooks that stands before another must hand on besides our own: the hook may come into the other folder at any time.
 * Their mere existence changes nothing.
 */
export const PASSED_ON: readonly string[] = [
  ...['applypatch-msg', 'pre-applypatch', 'post-applypatch', 'pre-merge-commit', 'commit-msg', 'pre-rebase', 'post-merge'],
  ...['post-rewrite', 'pre-auto-gc', 'sendemail-validate', 'pre-receive', 'update', 'post-receive', 'post-update'],
];

/** These cost a process at every step of git, or replace something git does itself: handed on only where they exist. */
export const PASSED_ON_IF_THERE: readonly string[] = [
  'reference-transaction',
  'post-index-change',
  'push-to-checkout',
  'proc-receive',
];

/** Returns the name of a hook's section in git's configuration; git wants a name that is no event's. */
export function configName(hook: OwnHook): string {
  return `git-claim-${hook}`;
}
