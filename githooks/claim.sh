# What the hooks share; sourced. It settles the common case with git plumbing; `speak` starts git-claim where something needs saying.

LC_ALL=C
export LC_ALL
unset GIT_LITERAL_PATHSPECS GIT_GLOB_PATHSPECS GIT_NOGLOB_PATHSPECS GIT_ICASE_PATHSPECS
here=${0%/*}
hook=${0##*/}
prefix=refs/claims/
nl='
'
# A claim in one line: "<oid> <ref> State: active Generation: 4 Session: ... Session-Key: ... [Anchor: ...] [Branch: ...] Claimed-At: ... [Challenge: ...] ".
row='%(objectname) %(refname) %(contents:trailers:key=State,key=Generation,key=Session,key=Session-Key,key=Anchor,key=Branch,key=Claimed-At,key=Challenge,separator= ) '

# Sets `git_dir`, this work tree's, and `common_dir`; ends the hook where nothing was ever claimed. Any sign will do: the cache may be deleted.
find_repository() {
  git_dir=${GIT_DIR:-.git}
  [ -d "$git_dir" ] || git_dir=$(git rev-parse --absolute-git-dir) || exit 0
  common_dir=$git_dir
  if [ -f "$git_dir/commondir" ]; then
    IFS= read -r common_dir <"$git_dir/commondir"
    case $common_dir in /*) ;; *) common_dir=$git_dir/$common_dir ;; esac
  fi
  [ -d "$common_dir/claim" ] || [ -e "$common_dir/git-claim.config" ] || [ -d "$common_dir/refs/claims" ] || exit 0
}

# Sets `branch`, in a rebase the one that is rebased, and `operation` to what git is in the middle of.
find_branch() {
  head='' operation=''
  if [ -d "$git_dir/rebase-merge" ] || [ -d "$git_dir/rebase-apply" ]; then
    operation=rebase
    IFS= read -r head <"$git_dir/rebase-merge/head-name" || IFS= read -r head <"$git_dir/rebase-apply/head-name"
  else
    for mark in MERGE_HEAD CHERRY_PICK_HEAD REVERT_HEAD BISECT_LOG sequencer; do
      [ -e "$git_dir/$mark" ] && operation=$mark
    done
    IFS= read -r head <"$git_dir/HEAD"
    # Where refs are not files HEAD only says so.
    [ "$head" != 'ref: refs/heads/.invalid' ] || head=$(git symbolic-ref -q HEAD)
  fi 2>/dev/null
  head=${head#ref: }
  branch=${head#refs/heads/}
  [ "$branch" != "$head" ] || branch=''
}

# Sets `me` to the key of the session that the environment names ('?' where it names several), `agent` to an agent that is about and tells no id.
find_me() {
  me=${GIT_CLAIM_SESSION-} agent=''
  [ -z "$me" ] || return
  says codex "${CODEX_SESSION_ID:-${CODEX_THREAD_ID-}}"
  says copilot "${COPILOT_AGENT_SESSION_ID-}" "${COPILOT_CLI-}"
  says grok "${GROK_SESSION_ID-}"
  says pi "${PI_SESSION_ID-}" "${PI_CODING_AGENT-}"
  says antigravity "${ANTIGRAVITY_CONVERSATION_ID-}" "${ANTIGRAVITY_AGENT-}"
  says amp "${AMP_CURRENT_THREAD_ID-}"
  says cursor "${CURSOR_CONVERSATION_ID-}" "${CURSOR_AGENT-}"
  says gemini "${GEMINI_SESSION_ID-}" "${GEMINI_CLI-}"
  says gptme "${GPTME_SESSION_ID-}"
  says opencode '' "${OPENCODE-}"
  says crush '' "${CRUSH-}"
  says augment '' "${AUGMENT_AGENT-}"
  says qwen '' "${QWEN_CODE-}"
  says claude "${CLAUDE_CODE_SESSION_ID-}" "${CLAUDE_CODE_CHILD_SESSION:-${CLAUDECODE-}}"
  case ${AI_AGENT-}/${AGENT-} in pi/*) says pi '' 1 ;; */amp) says amp '' 1 ;; /) ;; *) [ -n "$me$agent" ] || says agent '' 1 ;; esac
}

# says <agent> <its session's id> <whether it is about>
says() {
  if [ -n "$2" ]; then
    case $me:$agent in : | ":$1" | "$1:$2:" | "$1:$2:$1") me=$1:$2 ;; *) me='?' agent='' ;; esac
  else
    case ${3-} in '' | 0 | false) return ;; esac
    case $me$agent in '' | "$1" | "$1:"*) agent=$1 ;; *) me='?' agent='' ;; esac
  fi
}

# Whether the environment names no other session than the one with this key.
agrees() {
  [ "$me" = "$1" ] || { [ -z "$me" ] && case $1 in "${agent:+$agent:}"*) ;; *) false ;; esac; }
}

claims() { git for-each-ref --format="$row" "$@"; }

# Looks where the configuration keeps claims, when nothing was found in the usual place; fails when that is the usual place.
find_prefix() { moved=$(git config claim.refPrefix) && [ "${moved%/}/" != "$prefix" ] && prefix=${moved%/}/; }

# The claims bound to this work tree, and those of the folders given.
bound_claims() {
  while read -r name rest; do set -- "$@" "$prefix$name"; done <"$git_dir/claim/binding"
  claims "$@"
}

# Whether a commit here needs no word: every claim bound to this work tree stands, its own session asks, and HEAD is on no branch of
# anybody else's. Hooks trust the record, not the binding. Sets `orders`, `key` and `session` for the trailers, `strays` when HEAD has left, and
# `rows` to what there is in the folders given.
is_plain() {
  orders='' key='' session='' strays='' rows=''
  if [ -f "$git_dir/claim/binding" ]; then
    rows=$(bound_claims "$@")
    case $rows in *" $prefix"*) ;; *) find_prefix && rows=$(bound_claims "$@") ;; esac
    branchless=''
    while read -r name generation oid bound; do
      agrees "$bound" || return 1
      case $rows in *" $prefix$name State: "*) ;; *) return 1 ;; esac
      found=${rows#*" $prefix$name "}
      found=${found%%"$nl"*}
      case $found in
        *' Challenge: '*) return 1 ;;
        "State: active Generation: $generation "*" Session-Key: $bound "* | "State: blocked Generation: $generation "*" Session-Key: $bound "*) ;;
        *) return 1 ;;
      esac
      [ -n "$me" ] || [ -z "$agent" ] || ! is_beside "$found" || return 1
      key=$bound
      case $found in
        *" Branch: $branch "*) orders="$orders $name" ;;
        *' Branch: '*)
          # Detached, the binding speaks.
          [ -z "$branch" ] || { strays=yes && continue; }
          orders="$orders $name"
          ;;
        *) branchless="$branchless $name" ;;
      esac
      session=${found#*Session: } session=${session%% *}
    done <"$git_dir/claim/binding"
    [ -z "$orders" ] || return 0
    orders=$branchless
  fi
  is_free_here
}

# Whether nobody has this branch, and this session has no work tree elsewhere.
is_free_here() {
  [ "$me" != '?' ] || return 1
  # The default branch belongs to no order.
  case $branch in '' | main | master) set -- ;; *) set -- -e " Branch: $branch " ;; esac
  if [ -z "$orders$me$agent" ]; then
    # Whoever has no name is known by a process.
    find_above
    for process in $above; do set -- "$@" -e " Anchor: $process/"; done
  fi
  [ -n "$orders" ] || [ -z "$me$agent" ] || set -- "$@" -e " Session-Key: ${me:-$agent:}${me:+ }"
  [ $# -gt 0 ] || return 0
  found=$(claims "$prefix" | grep -F "$@") || { find_prefix && found=$(claims "$prefix" | grep -F "$@"); }
  case $found in *' State: active '* | *' State: blocked '*) return 1 ;; esac
  # An agent on a branch that may be an order's.
  case $me$agent:${branch%%/*} in :*) ;; *:*[0-9]*) return 1 ;; esac
}

# Sets `session` to the short name of the session that the environment names, as git-claim shows it; where that takes more than a look, to nothing.
find_session() {
  case $me in
    *:????????-????-[0-9a-f]???-????-????????????) ;;
    *[!A-Za-z0-9._-]* | [!A-Za-z0-9]*) return ;;
    *) [ ${#me} -gt 32 ] || session=$me; return ;;
  esac
  digits=${me#*:}
  case $digits in
    *[!0-9a-f-]*) return ;;
    ????????-????-4*) digits=${digits%"${digits#??????}"} ;;
    *) digits=${digits#"${digits%??????}"} ;;
  esac
  [ -n "${GIT_CLAIM_SESSION-}" ] || session=${me%%:*}-$digits
}

loud() { printf 'git claim: %s\n' "$1" >&2; }

# Lets git-claim look and speak, and ends the hook as it says.
speak() { ask "$@"; exit 0; }

# The same, but goes on where nothing was refused; `said` is what git-claim answers.
ask() {
  [ -f "$here/../bin/git-claim" ] || { loud "not found beside $here, so nothing was checked" && return; }
  # Programs with windows often have a PATH without node.
  command -v node >/dev/null || { node=$(git config --path claim.node) && PATH=$PATH:${node%/*}; }
  said=$(bounded "$here/../bin/git-claim" hook -- "$hook" "$@" 3<&0)
  code=$?
  case $code in 0) return ;; 5) exit 1 ;; esac
  case $(git config claim.rule.unknown || git config claim.mode) in
    hard) loud "it could not check this (exit $code), and hard mode refuses what it cannot check" && exit 1 ;;
    *) loud "it could not check this (exit $code): going on unchecked" ;;
  esac
}

# Runs a command for ten seconds at most. Its input is on 3: what runs in the background has none of its own.
bounded() {
  "$@" <&3 3<&- &
  bounded=$!
  (
    sleep 10 &
    trap 'kill $!; exit' TERM
    wait $!
    kill -KILL "$bounded"
  ) >/dev/null 2>&1 </dev/null 3<&- &
  watchdog=$!
  wait "$bounded"
  code=$?
  kill "$watchdog" 2>/dev/null
  return "$code"
}

# add_trailers <file> <source>: of `orders` and `session`, once each, by git's own rules.
add_trailers() {
  [ -n "$orders$session" ] || return
  # In an editor that opens on nothing, or on a template, leaving must still mean that there is no commit.
  case ${2-} in '' | template) return ;; esac
  file=$1 paragraphs=''
  while IFS= read -r line; do
    case $line in *[![:space:]]*) paragraphs=one ;; *) [ -z "$paragraphs" ] || { paragraphs=several && break; } ;; esac
  done <"$file"
  # Git's own command forgets to end a last line that is not ended, and drops empty ones.
  [ "$paragraphs" != several ] && [ -z "$line" ] || echo >>"$file"
  [ -z "$line" ] || paragraphs=${paragraphs:-one}
  [ -n "$paragraphs" ] || return
  set --
  for order in $orders; do set -- "$@" "Order: $order"; done
  [ -z "$session" ] || set -- "$@" "Claim-Session: $session"
  # A first paragraph is never trailers.
  if [ "$paragraphs" = one ] && [ "${GIT_EDITOR-}" = : ]; then
    printf '%s\n' '' "$@" >>"$file"
    return
  fi
  # Without an editor a line that begins with # is text.
  comments=''
  [ "${GIT_EDITOR-}" != : ] || comments=core.commentChar=$(printf '\001')
  for trailer; do
    set -- "$@" --trailer "$trailer"
    shift
  done
  git ${comments:+-c "$comments"} interpret-trailers --no-divider --in-place --if-exists addIfDifferent "$@" "$file"
}

# Sets `above` to the processes that this one runs in, `pid@start` each, as anchors are written; to nothing where the system does not show them.
find_above() {
  above=' ' pid=$PPID
  set -f
  while [ "$pid" -gt 1 ] && read -r stat <"/proc/$pid/stat"; do
    set -- ${stat##*) }
    above="$above$pid@${20} " pid=$2
  done 2>/dev/null
  set +f
}

# holds <ref> <its words>: whether the session that is at work here holds that claim.
holds() {
  holder=${2#*" Session-Key: "} holder=${holder%% *}
  [ "$me" != "$holder" ] || return 0
  agrees "$holder" || (is_in "$2" && forget_inherited "${anchor%%@*}" && agrees "$holder") || return 1
  while read -r name generation oid bound; do
    [ "$prefix$name $bound" != "$1 $holder" ] || return 0
  done 2>/dev/null <"$git_dir/claim/binding"
  is_in "$2"
}

# Whether this runs in the process whose life is that claim's. Sets `anchor`.
is_in() {
  case $1 in *' Anchor: '*) ;; *) return 1 ;; esac
  anchor=${1#*" Anchor: "} anchor=${anchor%% *}
  find_above
  case $above in *" ${anchor%/*} "*) ;; *) return 1 ;; esac
}

# Whether this runs elsewhere than in that process, as another session of an agent does that tells no id. Without /proc nobody knows.
is_beside() {
  case $1 in *' Anchor: '*) ! is_in "$1" && [ "$above" != ' ' ] ;; *) false ;; esac
}

# Finds `me` without the variables that a process was started with: a terminal that an agent opened (tmux) has that agent's, and is not it.
forget_inherited() {
  while IFS='=' read -r name value; do
    case $name in
      *[!A-Z_]*) ;;
      CODEX_* | COPILOT_* | GROK_* | PI_* | ANTIGRAVITY_* | AMP_* | CURSOR_* | GEMINI_* | GPTME_* | OPENCODE | CRUSH | AUGMENT_* | QWEN_* | CLAUDE* | AI_AGENT | AGENT)
        eval "[ \"\${$name-}\" != \"\$value\" ] || unset $name"
        ;;
    esac
  done <<END
$(tr '\0' '\n' <"/proc/$1/environ")
END
  find_me
} 2>/dev/null

# Whether a person at a terminal says why the rules shall not hold this once; the event log hears of it.
may_bypass() {
  [ -n "${GIT_CLAIM_BYPASS-}" ] || return 1
  (GIT_CLAIM_SESSION='' && find_me && [ -z "$me$agent" ] && : </dev/tty) 2>/dev/null || return 1
  mkdir -p "$common_dir/claim"
  printf '%s\n' "$GIT_CLAIM_BYPASS" | tr '\n' ' ' >>"$common_dir/claim/bypassed"
  echo >>"$common_dir/claim/bypassed"
}
