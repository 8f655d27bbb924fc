# The hooks source this. It settles the common case with git plumbing; `speak` starts git-claim where something must be said.

# A record that somebody had git replace by another one is read as it was written.
LC_ALL=C GIT_NO_REPLACE_OBJECTS=1
export LC_ALL GIT_NO_REPLACE_OBJECTS
unset GIT_LITERAL_PATHSPECS GIT_GLOB_PATHSPECS GIT_NOGLOB_PATHSPECS GIT_ICASE_PATHSPECS
here=${git_claim_githooks:-${0%/*}}
hook=${0##*/}
nl='
'

loud() { printf 'git claim: %s\n' "$1" >&2; }
# Only a gate can refuse.
not_found() {
  case $hook:$(unset GIT_CONFIG_PARAMETERS GIT_CONFIG_COUNT; git config claim.rule.unknown || git config claim.mode) in
    post-*) ;;
    *:hard) loud "not found beside $here, and hard mode refuses what it cannot check" && exit 1 ;;
  esac
  loud "not found beside $here, so nothing was checked"
}

[ -f "$here/../dist/facts.sh" ] || { not_found && exit 0; }
. "$here/../dist/facts.sh"
prefix=$claim_refs

# Sets `git_dir` of this worktree, and `common_dir`. Ends the hook where nothing was ever claimed; one sign of a claim is enough.
find_repository() {
  git_dir=${GIT_DIR:-.git}
  [ -d "$git_dir" ] || git_dir=$(git rev-parse --absolute-git-dir) || exit 0
  common_dir=$git_dir
  if [ -f "$git_dir/commondir" ]; then
    IFS= read -r common_dir <"$git_dir/commondir"
    case $common_dir in /*) ;; *) common_dir=$git_dir/$common_dir ;; esac
  fi
  [ -d "$common_dir/claim" ] || [ -e "$common_dir/git-claim.config" ] || [ -d "$common_dir/$claim_refs" ] || exit 0
}

# Whether claims were ever shared through a remote: something was read from it, or sent.
is_shared() { [ -d "$common_dir/claim/fetched" ] || [ -d "$common_dir/refs/claims-remote" ]; }

# Sets `branch` (in a rebase, the branch being rebased) and `operation` to what git is in the middle of.
find_branch() {
  head='' operation=''
  if is_rebasing; then
    operation=rebase
    IFS= read -r head <"$git_dir/rebase-merge/head-name" || IFS= read -r head <"$git_dir/rebase-apply/head-name"
  else
    for mark in MERGE_HEAD CHERRY_PICK_HEAD REVERT_HEAD BISECT_LOG sequencer rebase-apply; do
      [ -e "$git_dir/$mark" ] && operation=$mark
    done
    IFS= read -r head <"$git_dir/HEAD"
    # Where refs are no files, HEAD names no branch.
    [ "$head" != 'ref: refs/heads/.invalid' ] || head=$(git symbolic-ref -q HEAD)
  fi 2>/dev/null
  head=${head#ref: }
  branch=${head#refs/heads/}
  [ "$branch" != "$head" ] || branch=''
}

# `git am` uses the folder of a rebase, and stays on its branch.
is_rebasing() { [ -d "$git_dir/rebase-merge" ] || { [ -d "$git_dir/rebase-apply" ] && [ ! -e "$git_dir/rebase-apply/applying" ]; }; }

# Sets `me` to the key of the session that the environment names ('?' if it names several), `agent` to an agent without an id.
# An agent above this process is an agent, whatever the environment leaves out.
find_me() {
  me=${GIT_CLAIM_SESSION-} agent=''
  [ -z "$me" ] || return 0
  tell_agents
  [ -z "$me$agent" ] || return 0
  find_above
  agent=$agent_above
}

# says <agent> <its session's id> <sign>...: a sign other than 0 or false shows that the agent is here
says() {
  who=$1 id=$2
  shift 2
  if [ -n "$id" ]; then
    case $me:$agent in : | ":$who" | "$who:$id:" | "$who:$id:$who") me=$who:$id ;; *) me='?' agent='' ;; esac
    return
  fi
  for sign; do
    case $sign in '' | 0 | false) continue ;; esac
    case $me$agent in '' | "$who" | "$who:"*) agent=$who ;; *) me='?' agent='' ;; esac
    return
  done
}

# agrees <session key>: whether the environment names no other session
agrees() {
  [ "$me" = "$1" ] || { [ -z "$me" ] && case $1 in "${agent:+$agent:}"*) ;; *) false ;; esac; }
}

claims() { git for-each-ref --format="$claim_row" "$@"; }

# rows_by <kinds> <filter>...: prints the rows of claims that a filter lets through, and fails if there is none. The kinds are
# `live`, or `ended live`: which claims matter. Rows that a helper keeps are read from its files (bin/keep-rows.sh).
rows_by() {
  kinds=$1 found_rows=''
  shift
  for kind in $kinds; do
    are_kept && part=$({ "$@" <"$common_dir/claim/rows/$kind"; } 2>/dev/null) || { claims "$prefix" | "$@"; return; }
    case $part in *"$rows_whole") found_rows=$found_rows${part%"$rows_whole"} ;; *) claims "$prefix" | "$@"; return ;; esac
  done
  are_kept || { claims "$prefix" | "$@"; return; }
  newer=$(loose_claims | "$@")
  # A ref with a file of its own is newer than the packed one.
  while read -r oid ref rest; do
    [ -z "$ref" ] || [ -e "$common_dir/$ref" ] || newer="$newer${newer:+$nl}$oid $ref $rest "
  done <<END
$found_rows
END
  [ -n "$newer" ] && printf '%s\n' "$newer"
}

# by <option of grep>...: a filter that knows whether rows are whole
by() { grep -e "$rows_whole" "$@"; }

# Whether rows are kept of all claims in packed-refs as it is now.
are_kept() {
  [ "$common_dir/claim/rows/packed-refs" -ef "$common_dir/packed-refs" ] &&
    [ ! "$common_dir/packed-refs" -nt "$common_dir/claim/rows/live" ] &&
    read -r kept_prefix <"$common_dir/claim/rows/prefix" && [ "$kept_prefix" = "$prefix" ]
} 2>/dev/null

# Prints the rows of claims with refs of their own.
loose_claims() {
  set --
  for file in "$common_dir/$prefix"*; do
    case $file in *.lock | *'*') ;; *) set -- "$@" "$prefix${file##*/}" ;; esac
  done
  [ $# -eq 0 ] || claims "$@"
}

# configured <key>: prints what files configure. A command line and an environment are an agent's to choose (`git -c`), so they
# neither lower the gate nor move the claims.
configured() {
  chosen=''
  while read -r scope value; do
    case $scope:$1:${GIT_CONFIG_GLOBAL:+named} in : | command:* | global:claim.rule.*:named) ;; *) chosen=$value ;; esac
  done <<END
$(git config --show-scope --get-all "$1")
END
  printf '%s\n' "$chosen"
}

# find_committed <key>: sets `mode` to what the .gitclaim of the main worktree says (src/core/settings/committed.ts)
find_committed() {
  file=$common_dir/../.gitclaim
  [ -f "$file" ] && [ ! -L "$file" ] && [ "$common_dir" -ef "$common_dir/../.git" ] || return
  [ "$(wc -c <"$file")" -gt 65536 ] || mode=$(git config --no-includes --file "$file" --get "$1")
} 2>/dev/null

# mode_of <rule>: prints how hard the rule is
mode_of() {
  mode=$(configured "claim.rule.$1")
  [ -n "$mode" ] || mode=$(configured claim.mode)
  [ -n "$mode" ] || find_committed "claim.rule.$1"
  [ -n "$mode" ] || find_committed claim.mode
  case $mode in [Hh][Aa][Rr][Dd]) mode=hard ;; esac
  printf '%s\n' "$mode"
}

# Moves `prefix` to where the configuration keeps claims. Called when the usual place has none; fails if it is configured.
find_prefix() {
  moved=$(configured claim.refPrefix)
  [ -n "$moved" ] && [ "${moved%/}/" != "$prefix" ] && prefix=${moved%/}/
}

# bound_claims [<folder of refs>...]: prints the claims bound to this worktree, and those in the folders
bound_claims() {
  while read -r name rest; do set -- "$@" "$prefix$name"; done <"$git_dir/claim/binding"
  claims "$@"
}

# is_sound <row>: whether its trailers are there once each, spelled as git-claim spells them. Another record is foreign.
is_sound() {
  set -f
  set -- $1
  set +f
  keys=' '
  while [ $# -gt 1 ]; do
    case $1 in *:) ;; *) return 1 ;; esac
    case $1 in [!A-Z]* | *[A-Z][A-Z]* | *[a-z][A-Z]* | *-[a-z]*) return 1 ;; esac
    case $keys in *" $1 "*) return 1 ;; esac
    keys="$keys$1 "
    shift 2
  done
}

# is_plain [<folder of refs>...]: whether a commit here needs no word. Every claim bound to this worktree is still ours, and
# HEAD is not on another session's branch. Hooks trust the record, not the binding. Sets `orders`, `key` and `session` for the
# trailers, `strays` if HEAD is on another branch than the order's, and `rows` to the claims read, with those in the folders.
is_plain() {
  orders='' key='' session='' strays='' rows=''
  if [ -f "$git_dir/claim/binding" ]; then
    rows=$(bound_claims "$@")
    case $rows in *" $prefix"*) ;; *) find_prefix && rows=$(bound_claims "$@") ;; esac
    branchless=''
    while read -r name generation oid bound; do
      case $rows in *" $prefix$name State: "*) ;; *) return 1 ;; esac
      found=${rows#*" $prefix$name "}
      found=${found%%"$nl"*}
      is_live " $found" || return 1
      is_sound "$found" || return 1
      case " $found" in
        *' Challenge: '*) return 1 ;;
        *" Generation: $generation "*" Session-Key: $bound "*) ;;
        *) return 1 ;;
      esac
      is_believed "$bound" "$found" || return 1
      # Without /proc only git-claim can tell who works without a name where an agent does.
      case $me:$above:$found in :' ':*' Agent: '*) return 1 ;; esac
      # The terminal of a person may have closed. The claim then comes over to this one, which git-claim writes.
      case $me:$above:$bound in :' ':*) ;; :*:person:*) lives "$found" || return 1 ;; esac
      key=$bound
      case $found in
        *" Branch: $branch "*) orders="$orders $name" ;;
        *' Branch: '*)
          # The order's branch may have another name by now, or HEAD none. The default branch belongs to no order.
          case $branch in '') ;; main | master) strays=yes && continue ;; *) strays=yes ;; esac
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

# Whether no session has this branch, and this session has no worktree elsewhere.
is_free_here() {
  [ "$me" != '?' ] || return 1
  # The default branch belongs to no order.
  case $branch in '' | main | master) set -- ;; *) set -- -e " Branch: $branch " ;; esac
  if [ -z "$orders$me$agent" ]; then
    # A session without a name is known by its process.
    for process in $above; do set -- "$@" -e " Anchor: $process/"; done
    [ -z "$has_terminal" ] || ! is_named_elsewhere || return 1
  fi
  [ -n "$orders" ] || [ -z "$me$agent" ] || set -- "$@" -e " Session-Key: ${me:-$agent:}${me:+ }"
  [ $# -gt 0 ] || return 0
  found=$(rows_by live by -F "$@") || { find_prefix && found=$(rows_by live by -F "$@"); }
  ! is_live "$found" || return 1
  # An agent, or a session by name, is on a branch that may be an order's.
  case $me$agent:$branch in :*) ;; *:*[0-9]*) return 1 ;; esac
}

# Whether the branch is named for an order that somebody holds. A branch may name it anywhere: ada/order-2-login, fix-ORDER-02.
is_named_elsewhere() {
  case $branch in main | master) return 1 ;; *-[0-9]*) ;; *) return 1 ;; esac
  words=$branch found=''
  set --
  while [ -n "$words" ]; do
    name=$words
    while [ -n "$name" ]; do
      case $name in [A-Za-z]*[0-9]) find_like "$name" && set -- "$@" -e " $prefix$like " ;; esac
      case $name in *[-_/]*) name=${name%[-_/]*} ;; *) name='' ;; esac
    done
    case $words in *[-_/]*) words=${words#*[-_/]} ;; *) words='' ;; esac
  done
  [ $# -gt 0 ] && [ $# -lt 200 ] && is_live "$(rows_by live by -i "$@")"
}

# Sets `like` to a pattern of the ids that may mean the same order: leading zeros make no other one. Git-claim looks closer.
find_like() {
  rest=$1 like=''
  while :; do
    case $rest in *[0-9]*) ;; *) break ;; esac
    like=$like${rest%%[0-9]*} rest=${rest#"${rest%%[0-9]*}"}
    digits=${rest%%[!0-9]*} rest=${rest#"${rest%%[!0-9]*}"}
    like=${like}0*${digits#"${digits%%[!0]*}"}
  done
  like=$like$rest
}

# Sets `settings` to what files configure for commits, `prefix` and `paths` to where claims are kept.
find_settings() {
  settings=''
  while read -r scope line; do
    case $scope in command | '') ;; *) settings=$settings$nl$line ;; esac
  done <<END
$(git config --show-scope --get-regexp '^(claim\.(refprefix|sensitive)|core\.ignorecase)$')
END
  # If a key is set twice, the last value counts.
  case $settings in *"$nl"claim.refprefix\ *) prefix=${settings##*claim.refprefix } prefix=${prefix%%"$nl"*} prefix=${prefix%/}/ ;; esac
  paths=${prefix%/*/}/$path_refs
}

# Sets `staged` to the files that this commit changes; fails before the first commit.
find_staged() { staged=$(git -c core.quotePath=false diff-index --cached --name-only --no-renames HEAD 2>/dev/null); }

# is_apart <session key>: whether nothing staged lies in a path claim of another session, by `rows`. A path that git prints in
# another way than a ref has it is for git-claim to read.
is_apart() {
  # Some path claims are half changed.
  case $rows in *" $paths.guard "*) return 1 ;; esac
  while IFS= read -r path; do
    case $path in *" Session-Key: $1 "*) continue ;; *" $paths/"*) ;; *) continue ;; esac
    path=${path#*" $paths/"} path=${path%% *}
    case $path$staged in *%* | *\"*) return 1 ;; esac
    # Where upper and lower case are the same, refs have upper case encoded.
    case $settings$nl in *"core.ignorecase true$nl"*) case $staged in *[A-Z]*) return 1 ;; esac ;; esac
    case $nl$staged$nl in *"$nl$path$nl"* | *"$nl$path/"*) return 1 ;; esac
  done <<END
$rows
END
}

# Whether no order file was given another status by hand.
keeps_status() {
  case $staged in
    *.md*) git diff-index --cached --quiet --no-ext-diff -G "$status_line" HEAD -- '*.md' ;;
  esac
}

# Sets `session` to the short name of the session that the environment names, as git-claim shows it; to nothing if only
# git-claim can tell.
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

# Runs git-claim for this hook, and ends the hook with its verdict.
speak() { ask "$@"; exit 0; }

# The same, but the hook continues if nothing was refused. Sets `said` to git-claim's answer, and `answered` if there is one.
ask() {
  answered='' said=''
  [ -f "$here/../bin/git-claim" ] || { not_found && return; }
  # Programs with windows often have a PATH without node.
  command -v node >/dev/null || { node=$(git config --path claim.node) && PATH=$PATH:${node%/*}; }
  if is_late && [ "$(mode_of unknown)" != hard ]; then
    loud 'this was not checked either; it was let through' && return
  fi
  said=$(bounded "$here/../bin/git-claim" hook -- "$hook" "$@" 3<&0)
  code=$?
  case $code in
    0) answered=yes && return ;;
    "$refused") exit 1 ;;
    "$out_of_time") trouble='ran out of time after ten seconds' && { echo "$PPID" >"$git_dir/claim/late"; } 2>/dev/null ;;
    *) trouble="could not check this (exit $code)" ;;
  esac
  case $(mode_of unknown) in
    hard) loud "$trouble, and hard mode refuses what it cannot check" && exit 1 ;;
    *) loud "$trouble; it was let through" ;;
  esac
}

# Whether a hook of the same git process has run out of time: a commit, or a rebase of many, waits so long once.
is_late() {
  [ -f "$git_dir/claim/late" ] && read -r late <"$git_dir/claim/late" || return 1
  [ "$late" = "$PPID" ] || { rm -f "$git_dir/claim/late" && return 1; }
}

out_of_time=124

# Runs a command for ten seconds at most. Its input is on 3, as a command in the background has none of its own.
bounded() {
  "$@" <&3 3<&- &
  bounded=$!
  (
    sleep 10 &
    trap 'kill $!; exit 1' TERM
    wait $!
    kill -KILL "$bounded"
  ) >/dev/null 2>&1 </dev/null 3<&- &
  watchdog=$!
  # The shell itself would say which of them was killed.
  exec 2>/dev/null
  wait "$bounded"
  code=$?
  kill "$watchdog"
  ! wait "$watchdog" || code=$out_of_time
  return "$code"
}

# add_trailers <file> <source>: adds `orders` and `session` to a message, once each, by git's own rules
add_trailers() {
  [ -n "$orders$session" ] || return
  # A person who leaves an editor that opened empty or on a template must still get no commit.
  case ${2-} in '' | template) return ;; esac
  file=$1 paragraphs=''
  while IFS= read -r line; do
    case $line in *[![:space:]]*) paragraphs=one ;; *) [ -z "$paragraphs" ] || { paragraphs=several && break; } ;; esac
  done <"$file"
  # Git's own command does not end an unfinished last line, and drops empty ones.
  [ "$paragraphs" != several ] && [ -z "$line" ] || echo >>"$file"
  [ -z "$line" ] || paragraphs=${paragraphs:-one}
  [ -n "$paragraphs" ] || return
  set --
  for order in $orders; do set -- "$@" "Order: $order"; done
  [ -z "$session" ] || set -- "$@" "Claim-Session: $session"
  # The first paragraph never counts as trailers.
  if [ "$paragraphs" = one ] && [ "${GIT_EDITOR-}" = : ]; then
    printf '%s\n' '' "$@" >>"$file"
    return
  fi
  # Without an editor a line that begins with # is part of the message.
  comments=''
  [ "${GIT_EDITOR-}" != : ] || comments=core.commentChar=$(printf '\001')
  for trailer; do
    set -- "$@" --trailer "$trailer"
    shift
  done
  git ${comments:+-c "$comments"} interpret-trailers --no-divider --in-place --if-exists addIfDifferent "$@" "$file"
}

# Sets `above` to the processes that this one runs in, each as `pid@start` like an anchor, and `agent_above` to the nearest of
# them that is an agent, both to nothing where the system does not show them; `has_terminal` to whether this one has a terminal.
find_above() {
  [ -z "${above-}" ] || return 0
  above=' ' pid=$$ agent_above='' has_terminal='' is_within=yes
  set -f
  while [ "$pid" -gt 1 ] && read -r stat <"/proc/$pid/stat"; do
    program=${stat#*(} program=${program%)*}
    set -- ${stat##*) }
    if [ "$pid" = $$ ]; then
      [ "$5" = 0 ] || has_terminal=yes
    else
      above="$above$pid@${20} "
      # Whoever is named needs no other sign.
      [ -n "$me$agent" ] || [ -z "$is_within" ] || [ -n "$agent_above" ] || tell_process "$program"
    fi
    pid=$2
  done 2>/dev/null
  set +f
}

# tell_process <name>: sets `agent_above` if the process `pid` of that name is an agent; ends the search where a terminal begins,
# since an agent that opened one is not in it
tell_process() {
  if begins_terminals "$1"; then is_within='' && return; fi
  if find_agent "$1"; then agent_above=$found_agent && return; fi
  [ "$1" != git ] || return 0
  # Here the words of the command line have nothing between them. Only where a known name is among them they are told apart.
  line=''
  read -r line <"/proc/$pid/cmdline"
  may_be_known "$line" || return 0
  set -- "$1" $(tr ' \0' '? ' <"/proc/$pid/cmdline")
  is_script=''
  ! is_interpreter "${2##*/}" || is_script=yes
  shift
  for word; do
    case $word in -?*) [ -z "$is_script" ] || continue ;; esac
    program=${word##*/} program=${program#-} program=${program%.js} program=${program%.mjs} program=${program%.cjs}
    if begins_terminals "$program"; then is_within='' && return; fi
    if find_agent "$program" || find_agent_of "$word"; then agent_above=$found_agent && return; fi
    # After its program, an interpreter's first word is its script.
    [ "$is_script" = yes ] && is_script=last || return 0
  done
}

# holds <ref> <its row>: whether the session at work here holds that claim
holds() {
  holder=${2#*" Session-Key: "} holder=${holder%% *}
  if is_in "$2"; then agrees "$holder" || (forget_inherited "${anchor%%@*}" && agrees "$holder"); return; fi
  is_believed "$holder" "$2" || return 1
  [ "$me" != "$holder" ] || return 0
  while read -r name generation oid bound; do
    [ "$prefix$name $bound" != "$1 $holder" ] || return 0
  done 2>/dev/null <"$git_dir/claim/binding"
  return 1
}

# is_in <row>: whether this runs in the process that the claim is anchored to. Sets `anchor`.
is_in() {
  case $1 in *' Anchor: '*) ;; *) return 1 ;; esac
  anchor=${1#*" Anchor: "} anchor=${anchor%% *}
  find_above
  case $above in *" ${anchor%/*} "*) ;; *) return 1 ;; esac
}

# is_believed <session key> <row>: whether this process may speak for the session of a claim. A session whose process lives is
# believed only inside it, whatever the environment says. A person at a terminal is a guest; without one it is no person.
is_believed() {
  agrees "$1" || return 1
  ! is_in "$2" || return 0
  if [ -n "$me" ]; then
    ! lives "$2" || [ "${GIT_CLAIM_ANCHOR%%@*}" = "${anchor%%@*}" ]
  elif [ "$above" != ' ' ] && [ -n "$agent" ]; then
    case $2 in *' Anchor: '*) false ;; esac
  elif [ "$above" != ' ' ] && [ -z "$has_terminal" ]; then
    case $2 in *' Agent: '*) false ;; esac
  fi
}

# lives <row>: whether the process that the claim is anchored to runs. Sets `anchor`, to nothing if there is none.
lives() {
  anchor=''
  case $1 in *' Anchor: '*) ;; *) return 1 ;; esac
  anchor=${1#*" Anchor: "} anchor=${anchor%% *}
  start=${anchor#*@} start=${start%%/*}
  read -r stat 2>/dev/null <"/proc/${anchor%%@*}/stat" || return 1
  set -f
  set -- ${stat##*) }
  set +f
  [ "$1" != Z ] && [ "${20}" = "$start" ]
}

# forget_inherited <pid>: finds `me` without the variables that the process was started with. A terminal opened by an agent
# (tmux) has the agent's variables, and is not the agent.
forget_inherited() {
  while IFS='=' read -r name value; do
    ! is_of_agent "$name" || eval "[ \"\${$name-}\" != \"\$value\" ] || unset $name"
  done <<END
$(tr '\0' '\n' <"/proc/$1/environ")
END
  above=''
  find_me
} 2>/dev/null

# Whether a person at a terminal gave a reason to bypass the rules this once. The reason goes to the event log.
may_bypass() {
  [ -n "${GIT_CLAIM_BYPASS-}" ] || return 1
  (GIT_CLAIM_SESSION='' && find_me && [ -z "$me$agent" ] && : </dev/tty) 2>/dev/null || return 1
  mkdir -p "$common_dir/claim"
  printf '%s\n' "$GIT_CLAIM_BYPASS" | tr '\n' ' ' >>"$common_dir/claim/bypassed"
  echo >>"$common_dir/claim/bypassed"
}
