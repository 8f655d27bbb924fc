import type { Mode } from '../guard/mode.ts';

/** Hooks whose refusal stops git. If two hooks run, the first refusal ends it. */
const GATES = ['pre-commit', 'prepare-commit-msg', 'pre-applypatch', 'pre-push', 'reference-transaction'] as const;

/** Hooks that git runs when everything is done. If there are two, both run, whatever the first one says. */
const NOTES = ['post-checkout', 'post-commit', 'post-applypatch'] as const;

export type OwnHook = (typeof GATES)[number] | (typeof NOTES)[number];

/** Every hook that git-claim has. */
export const OWN_HOOKS: readonly OwnHook[] = [...GATES, ...NOTES];

/** The folders of our hooks and of those that were there before, in the common git directory. */
export const FOLDERS = {
  /** The repository's own. */
  hooks: 'hooks',
  /**
   * The hooks that were there before. The folder is beside `hooks` and at the same depth, so that a hook finds
   * its own name and the way to the worktree.
   */
  before: 'hooks.before-git-claim',
  /** Our hooks, in place of a folder that another `core.hooksPath` names. */
  own: 'hooks.git-claim',
} as const;

/** Returns the hooks that a mode needs. reference-transaction runs up to sixteen times per command, so only hard mode has it. */
export function hooksOf(mode: Mode): readonly OwnHook[] {
  return OWN_HOOKS.filter((hook) => hook !== 'reference-transaction' || mode === 'hard');
}

export function isGate(hook: OwnHook): boolean {
  return GATES.some((gate) => gate === hook);
}

/** Returns whether git sends the hook input on stdin. */
export function readsInput(hook: OwnHook): boolean {
  return hook === 'pre-push' || hook === 'reference-transaction';
}

/**
 * Hooks that a folder of ours must pass on to the folder it hides, besides our own: somebody may add such a hook there at any
 * time. Their mere existence changes nothing.
 */
export const PASSED_ON: readonly string[] = [
  ...['applypatch-msg', 'pre-merge-commit', 'commit-msg', 'pre-rebase', 'post-merge'],
  ...['post-rewrite', 'pre-auto-gc', 'sendemail-validate', 'pre-receive', 'update', 'post-receive', 'post-update'],
];

/** These cost a process at every step of git, or replace what git does itself. They are passed on only if they exist. */
export const PASSED_ON_IF_THERE: readonly string[] = [
  'reference-transaction',
  'post-index-change',
  'push-to-checkout',
  'proc-receive',
];

/** Returns the name of a hook's section in git's configuration. Git requires a name that is not an event's. */
export function configName(hook: OwnHook): string {
  return `git-claim-${hook}`;
}
