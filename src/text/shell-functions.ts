/*
 * What `git claim shell-init` prints. No program can change the directory of the shell that started it, so a function named git
 * stands before git: it hands `git claim` an empty file, and changes into the folder that it finds in there afterwards. Anything
 * but `git claim` goes straight to git.
 */

const POSIX_LIKE = `# git claim go <order> changes into the worktree of the order. In the start-up file: eval "$(git claim shell-init <shell>)"
function __git_claim_go {
  local file there code
  file=$(command mktemp "\${TMPDIR:-/tmp}/git-claim.XXXXXX") || { command "$@"; return; }
  command env <claims>GIT_CLAIM_GO="$file" "$@"
  code=$?
  there=
  IFS= read -r -d '' there <"$file"
  command rm -f -- "$file"
  if [ -n "$there" ]; then builtin cd -- "$there" || code=$?; fi
  return "$code"
}
function git {
  if [ "\${1-}" = claim ]; then __git_claim_go git "$@"; else command git "$@"; fi
}
function git-claim { __git_claim_go git-claim "$@"; }`;

const FISH = `# git claim go <order> changes into the worktree of the order. In config.fish: git claim shell-init fish | source
function __git_claim_go
    set -l tmp /tmp
    set -q TMPDIR; and set tmp $TMPDIR
    set -l file (command mktemp "$tmp/git-claim.XXXXXX")
    or begin
        command $argv
        return
    end
    command env <claims>GIT_CLAIM_GO=$file $argv
    set -l code $status
    read -z -l there <$file
    command rm -f -- $file
    if test -n "$there"
        builtin cd -- $there
        or set code $status
    end
    return $code
end
function git --wraps git
    if test "$argv[1]" = claim
        __git_claim_go git $argv
    else
        command git $argv
    end
end
function git-claim --wraps git-claim
    __git_claim_go git-claim $argv
end`;

const SCRIPTS = { bash: POSIX_LIKE, zsh: POSIX_LIKE, fish: FISH } as const;

/** Returns whether there are functions for a shell. */
export function isShell(text: string): text is keyof typeof SCRIPTS {
  return Object.hasOwn(SCRIPTS, text);
}

/** Returns the functions for a shell, which with `isFollowing` change into the worktree of an order that was claimed, too. */
export function shellFunctions(shell: keyof typeof SCRIPTS, isFollowing: boolean): string {
  return SCRIPTS[shell].replace('<shell>', shell).replace('<claims>', isFollowing ? 'GIT_CLAIM_GO_CLAIMS=1 ' : '');
}
