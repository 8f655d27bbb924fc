import { isGate, type OwnHook, readsInput } from './hooks.ts';

/**
 * What a hook needs to say that the package is gone.
 *
 * `removal`: the command that removes our hooks without git-claim, as text in double quotes of sh.
 * `input`: the command that prints what git sends the hook.
 */
type Aftermath = { readonly removal: string; readonly input: string };

/**
 * Returns the lines of a hook for a package that was moved or removed since `init`. Whoever removed it must still be able to
 * commit, so this passes, in one line for each commit; but hard mode lets nothing through to what a claim names, because it
 * cannot be checked (decision 12).
 */
export function goneLines(hook: OwnHook, { removal, input }: Aftermath): string[] {
  const says = (what: string) => `echo "git claim: git-claim is gone from \${ours%/*/*}, ${what}" >&2`;
  const again = 'install it again and run git claim, which repairs its hooks';
  const refusal = says(`and hard mode lets nothing through that it cannot check: ${again}`);
  return [
    'if [ ! -x "$ours" ]; then',
    ...(isGate(hook) ? [HARD, ...LOOK, ...checks(hook, input), ...refuse(refusal, removal), 'fi'] : []),
    ...(hook === 'post-commit' || hook === 'pre-push'
      ? [says(`so this was not checked: ${again}, or remove them: ${removal}`)]
      : []),
    `exit "\${status:-0}"`,
    'fi',
  ].map((line, at, { length }) => (at === 0 || at === length - 1 ? line : `  ${line}`));
}

/** The mode of the files alone: what one command sets for itself does not lower it. */
const HARD =
  'if [ "$(unset GIT_CONFIG_PARAMETERS GIT_CONFIG_COUNT; git config claim.rule.unknown || git config claim.mode)" = hard ]; then';

const LOOK = [
  'claims=$(git config claim.refPrefix || echo refs/claims)',
  `claims=\${claims%/}/ unchecked=''`,
  `named() { git for-each-ref --format='%(contents)' "$claims" | grep -qxF "Branch: $1"; }`,
];

/** Set `unchecked` if a claim may forbid what git is about to do. */
function checks(hook: OwnHook, input: string): string[] {
  if (!readsInput(hook))
    return [
      'if [ -f "$(git rev-parse --git-path claim/binding)" ] || named "$(git symbolic-ref -q --short HEAD)" ||',
      `  [ -n "$(git for-each-ref --count=1 "\${claims%/*/}/claim-paths")" ]; then unchecked=1; fi`,
    ];
  const each =
    hook === 'pre-push'
      ? ['while read -r from oid ref old; do', `  ! named "\${ref#refs/heads/}" || echo 1`]
      : [
          'packed=$(git rev-parse --git-path packed-refs)',
          'while read -r old new ref; do',
          // Zeros stand for a ref that is made or deleted. Git packs a ref by making it anew and deleting its file.
          '  case $old:$new in',
          '    (*[!0:]*:*[!0]*) [ "$old" != "$new" ] || continue ;;',
          '    (*[!0:]*:*) ! grep -qsxF "$old $ref" "$packed" || continue ;;',
          '    (*:*[!0]*) [ "$(git rev-parse -q --verify "$ref")" != "$new" ] || continue ;;',
          '  esac',
          '  case $ref in',
          `    ("$claims"* | "\${claims%/*/}/claim-paths"*) echo 1 ;;`,
          `    (refs/heads/*) ! named "\${ref#refs/heads/}" || echo 1 ;;`,
          '  esac',
        ];
  return [`unchecked=$(${input} | {`, ...each, 'done; })'];
}

/** An agent is not told how to remove the gate. */
function refuse(refusal: string, removal: string): string[] {
  return [
    'if [ -n "$unchecked" ]; then',
    `  ${refusal}`,
    `  [ ! -t 2 ] || echo "git claim: or remove them: ${removal}" >&2`,
    '  exit 1',
    'fi',
  ];
}
