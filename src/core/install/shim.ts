import { isGate, type OwnHook, readsInput } from './hooks.ts';

/** Where the installed lines find what they run. */
export type Package = {
  /** The folder with the package's hooks. */
  readonly githooks: string;
  /** The Node that ran `init`, for programs that start git with a bare PATH. */
  readonly node: string;
};

/** How every file of ours begins. */
const MARK = '#!/bin/sh\n# Installed by git-claim';

/** Returns whether we wrote a hook, in this version or another. */
export function isShim(text: string | null): boolean {
  return text?.startsWith(MARK) === true;
}

/** A probe is answered before any hook runs. Git takes the exit code as a refusal, so a probe cannot be used to bypass a hook. */
export const PROBE = { variable: 'GIT_CLAIM_PROBE', answer: 'git-claim', code: 77 } as const;

/**
 * Returns a hook file. It runs the hook that was there before us, with the same arguments, input and folder, and then ours.
 *
 * @param theirs the other hook, as a word of sh
 */
export function shimText(hook: OwnHook, theirs: string, where: Package): string {
  const input = readsInput(hook);
  return [
    `${MARK}: the hook that was here runs first, then git-claim's. To remove: git claim init --uninstall`,
    `theirs=${theirs}`,
    `ours=${quoted(`${where.githooks}/${hook}`)}`,
    answerProbe('"$ours"'),
    ...(hook === 'reference-transaction' ? ['[ "$1" = prepared ] || [ -x "$theirs" ] || exit 0'] : []),
    ...(input ? ['given=', 'give() { [ -z "$input" ] || printf \'%s\\n\' "$input" 2>/dev/null; }'] : []),
    ...['status=0', 'if [ -x "$theirs" ]; then', ...runTheirs(hook), 'fi'],
    gone('"$ours"', 'exit "$status"'),
    ...(input ? ['[ -z "$given" ] || { give | "$ours" "$@"; exit; }'] : []),
    // Sourced, not started, because git runs this hook for each of hundreds of refs.
    ...(hook === 'reference-transaction'
      ? [`git_claim_githooks=${quoted(where.githooks)}`, '. "$ours"']
      : isGate(hook)
        ? ['exec "$ours" "$@"']
        : ['"$ours" "$@"', 'exit "$status"']),
    '',
  ].join('\n');
}

function runTheirs(hook: OwnHook): string[] {
  if (readsInput(hook)) return ['  given=1 input=$(cat)', '  give | "$theirs" "$@" || exit'];
  return [isGate(hook) ? '  "$theirs" "$@" || exit' : '  "$theirs" "$@" || status=$?'];
}

/** Returns a hook file that only runs the other hook. */
export function passOnText(theirs: string): string {
  return `${MARK}: this folder stands before another one. To remove: git claim init --uninstall\ntheirs=${theirs}\n[ -x "$theirs" ] || exit 0\nexec "$theirs" "$@"\n`;
}

/** Returns a hook as a command for git's configuration. Git runs it with `sh -c` and appends the hook's arguments. */
export function configCommand(hook: OwnHook, where: Package): string {
  const ours = quoted(`${where.githooks}/${hook}`);
  const steps = [answerProbe(ours), gone(ours, 'exit 0'), `exec ${ours}`];
  return [...(hook === 'reference-transaction' ? ['[ "$1" = prepared ] || exit 0'] : []), ...steps].join('; ');
}

/** Returns a text as one word of sh. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function answerProbe(ours: string): string {
  return `[ -z "$${PROBE.variable}" ] || { [ ! -x ${ours} ] || echo ${PROBE.answer}; exit ${PROBE.code}; }`;
}

/** A user who removed the package must still be able to commit. */
function gone(ours: string, then: string): string {
  const says = 'is gone, so nothing was checked: git claim init finds it anew, git claim init --uninstall removes this hook';
  return `[ -x ${ours} ] || { echo git-claim: ${ours} ${quoted(says)} >&2; ${then}; }`;
}
