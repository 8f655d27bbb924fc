import { goneLines } from './gone.ts';
import { isGate, type OwnHook, readsInput } from './hooks.ts';
import { type Package, quoted } from './package.ts';

/** How every file of ours begins. */
const MARK = '#!/bin/sh\n# Installed by git-claim';

/** Returns whether we wrote a hook, in this version or another. */
export function isShim(text: string | null): boolean {
  return text?.startsWith(MARK) === true;
}

/** A probe is answered before any hook runs. Git takes the exit code as a refusal, so a probe cannot be used to bypass a hook. */
export const PROBE = { variable: 'GIT_CLAIM_PROBE', answer: 'git-claim', code: 77 } as const;

/** The folder of hooks that our folder comes before. */
export type Theirs =
  /** The repository's own. */
  | { readonly kind: 'own' }
  /** As git reads it: perhaps relative to each worktree's top, and in some worktrees `lender` has it instead. */
  | { readonly kind: 'configured'; readonly folder: string; readonly lender: string | null };

/**
 * Returns a hook file. It runs the other hook, if there is one, with the same arguments, input, folder and name, and then ours.
 *
 * @param removal the command that removes our hooks without git-claim, as text in double quotes of sh
 */
export function shimText(hook: OwnHook, theirs: Theirs | null, where: Package, removal: string): string {
  const input = theirs !== null && readsInput(hook);
  return [
    `${MARK}. To remove: git claim init --uninstall`,
    ...(theirs === null ? [] : find(hook, theirs)),
    `ours=${quoted(`${where.githooks}/${hook}`)}`,
    answerProbe('"$ours"'),
    ...(hook === 'reference-transaction'
      ? [theirs === null ? '[ "$1" = prepared ] || exit 0' : '[ "$1" = prepared ] || [ -x "$theirs" ] || exit 0']
      : []),
    ...(input ? ['given=', 'give() { [ -z "$input" ] || printf \'%s\\n\' "$input" 2>/dev/null; }'] : []),
    ...(theirs === null ? [] : ['status=0', 'if [ -x "$theirs" ]; then', ...run(hook, theirs), 'fi']),
    ...goneLines(hook, { removal, input: input ? 'if [ -n "$given" ]; then give; else cat; fi' : 'cat' }),
    ...(theirs === null ? [] : ['[ -x "$ours" ] || exit "$status"']),
    ...(input ? ['[ -z "$given" ] || { give | "$ours" "$@"; exit; }'] : []),
    // Sourced, not started, because git runs this hook for each of hundreds of refs.
    ...(hook === 'reference-transaction'
      ? [`git_claim_githooks=${quoted(where.githooks)}`, '. "$ours"']
      : theirs === null || isGate(hook)
        ? ['exec "$ours" "$@"']
        : ['"$ours" "$@"', 'exit "$status"']),
    '',
  ].join('\n');
}

/** Returns a hook file that only runs the other hook. */
export function passOnText(hook: string, theirs: Theirs): string {
  return [
    `${MARK}: this folder stands before another one. To remove: git claim init --uninstall`,
    ...find(hook, theirs),
    '[ -x "$theirs" ] || exit 0',
    ...(lent(theirs) === null ? ['exec "$theirs" "$@"'] : [`"$theirs" "$@" || ${endWith(theirs)}`]),
    '',
  ].join('\n');
}

/** Returns a hook as a command for git's configuration. Git runs it with `sh -c` and appends the hook's arguments. */
export function configCommand(hook: OwnHook, where: Package, removal: string): string {
  const ours = quoted(`${where.githooks}/${hook}`);
  return [
    ...(hook === 'reference-transaction' ? ['[ "$1" = prepared ] || exit 0'] : []),
    `ours=${ours}`,
    answerProbe('"$ours"'),
    ...goneLines(hook, { removal, input: 'cat' }),
    `exec ${ours}`,
  ].join('\n');
}

/** Returns the lines that set `theirs` to the other hook, by the name under which git itself would run it. */
function find(hook: string, theirs: Theirs): string[] {
  if (theirs.kind === 'own') {
    const inTree = `.git/hooks/${hook}`;
    return [`theirs=\${0%/*/*}/hooks/${hook}`, `[ ! "$theirs" -ef ${inTree} ] || theirs=${inTree}`];
  }
  const { folder } = theirs;
  // sh would look for a word without a slash on the PATH, and git takes an empty one for the root.
  const path = `${folder === '.' ? './' : folder.endsWith('/') ? folder : `${folder}/`}${hook}`;
  const lender = lent(theirs);
  return [
    `theirs=${quoted(path)}`,
    ...(lender === null ? [] : [`[ -e ${quoted(folder)} ] || theirs=${quoted(`${lender}/${path}`)}`]),
  ];
}

function run(hook: OwnHook, theirs: Theirs): string[] {
  const end = lent(theirs) === null ? 'exit' : endWith(theirs);
  if (readsInput(hook)) return ['  given=1 input=$(cat)', `  give | "$theirs" "$@" || ${end}`];
  return [isGate(hook) ? `  "$theirs" "$@" || ${end}` : '  "$theirs" "$@" || status=$?'];
}

function lent(theirs: Theirs): string | null {
  return theirs.kind === 'configured' ? theirs.lender : null;
}

/** Says whose hook it was that refused, because this worktree has none. */
function endWith(theirs: Theirs): string {
  const folder = theirs.kind === 'configured' ? theirs.folder : '';
  const says = quoted(
    `of the main worktree was run, because this one has no ${folder}: the command that makes it, such as npm install, was not run here`,
  );
  return `{ status=$?; [ -e ${quoted(folder)} ] || echo git claim: "$theirs" ${says} >&2; exit "$status"; }`;
}

function answerProbe(ours: string): string {
  return `[ -z "$${PROBE.variable}" ] || { [ ! -x ${ours} ] || echo ${PROBE.answer}; exit ${PROBE.code}; }`;
}
