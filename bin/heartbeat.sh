#!/bin/sh
# Gives signs of life for a session between its commands. A shell, which takes a megabyte, waits and looks. It starts git-claim
# once a beat, and whenever the ref of a claim or the anchor has changed. Runs in the git common directory.
#
#   heartbeat.sh <name> <replaced> <anchor> <seconds> <ref prefix> <session key>

name=$1 replaced=$2 anchor=$3 seconds=$4 prefix=$5 session=$6
bin=${0%/*}
. "$bin/../dist/facts.sh" || exit
folder=claim/heartbeat
file=$folder/$name
self="$$/${anchor#*/} $anchor"

# The one helper of a session is the one whose line is in the file. It may replace the line that its starter found dead. Another
# helper that was started at the same moment may have made the file without having written its line yet.
umask 077
set -C
if ! echo "$self" >"$file" 2>/dev/null; then
  there=
  read -r there <"$file" || { sleep 0.1 && read -r there <"$file"; }
  [ "$there" = "$replaced" ] && echo "$self" >|"$file"
fi 2>/dev/null
set +C

trap '' PIPE
echo ready 2>/dev/null
trap - PIPE
exec >/dev/null

leave() {
  [ -n "$sleeper" ] && kill "$sleeper"
  is_mine && rm -f "$file"
  exit 0
}

sleeper='' gone=''

# Writes the file again if it was gone with its folder before: at first the whole repository may be on its way out. Another line
# in it belongs to another helper.
is_mine() {
  line=
  read -r line <"$file" || { [ -n "$gone" ] && mkdir -p "$folder" && echo "$self" >"$file" && line=$self; }
  [ "$line" = "$self" ]
}

# Sets `start` to the anchor's start time; to nothing if it is gone or a zombie.
look_at_anchor() {
  start=
  if [ -r /proc/self/stat ]; then
    read -r stat <"/proc/${anchor%%@*}/stat" || return
    set -f
    set -- ${stat##*) }
    set +f
    [ "$1" = Z ] || start=${20}
  else
    start=$(TZ=UTC0 ps -o lstart= -p "${anchor%%@*}")
  fi
}

is_anchored() {
  look_at_anchor
  [ -n "$start" ] && [ "$start" = "$born" ]
}

refs() {
  set --
  # The refs of paths are beside those of orders.
  for claim in $watched; do
    case $claim in
      /*) set -- "$@" "${prefix%/*/}/$path_refs$claim" ;;
      *) set -- "$@" "$prefix$claim" ;;
    esac
  done
  [ $# -eq 0 ] || git --git-dir=. rev-parse "$@"
}

# Sets `pause` to the seconds until the next look, and `until_beat` to the looks until the next beat. Each session has its own
# moment, so that helpers which once beat together, and then held each other up, do not do so for ever. Where the system does
# not show how long it runs, a beat is just so long after the last one.
plan() {
  pause=$seconds until_beat=$polls_a_beat
  read -r up rest </proc/uptime || return 0
  case $seconds in *.???) ;; *) return 0 ;; esac
  # In milliseconds. The 1 keeps sh from reading 08 as an octal number.
  look=$((${seconds%.*} * 1000 + 1${seconds#*.} - 1000))
  now=$((${up%.*} * 1000 + 1${up#*.}0 - 1000))
  beat=$((look * polls_a_beat))
  left=$((beat - (now + beat - moment % beat) % beat))
  until_beat=$(((left + look - 1) / look))
  left=$((left - (until_beat - 1) * look))
  rest=$((1000 + left % 1000))
  pause=$((left / 1000)).${rest#1}
} 2>/dev/null

# Git has a file for each claim until it packs them, and reads every one. Its own gc packs refs, but counts objects.
loose_max=500

# Keeps claims cheap to read for everybody: packs them, and keeps the rows that hooks read.
tidy() {
  set -- "$prefix"*
  [ $# -le "$loose_max" ] ||
    git --git-dir=. -c core.hooksPath=/dev/null -c hook.reference-transaction.enabled=false pack-refs --all
  [ ! -f packed-refs ] || [ claim/rows/packed-refs -ef packed-refs ] || is_small packed-refs || "$bin/keep-rows.sh" "$prefix"
} 2>/dev/null

# is_small <file>: whether git prints all that it lists in no time
is_small() { [ "$(wc -c <"$1")" -lt 65536 ]; }

is_mine || exit 0
watched='' seen='' nothing_left=0
trap leave TERM INT HUP
look_at_anchor
born=$start
# The name is a hash of the session.
moment=${name%"${name#???????}"}
case $moment in '' | *[!0-9a-f]*) moment=$$ ;; *) moment=$((0x$moment)) ;; esac
plan
# The claim that this helper was started for is not written yet. The first beat comes after a whole one, as all later ones do.
until_beat=$((until_beat + polls_a_beat))

while :; do
  sleep "$pause" &
  sleeper=$!
  wait "$sleeper"
  sleeper=
  pause=$seconds
  [ -d objects ] && [ -f HEAD ] || exit 0
  [ -e "$file" ] || [ -n "$gone" ] || { gone=yes; continue; }
  is_mine || exit 0
  gone=

  until_beat=$((until_beat - 1))
  if is_anchored && [ "$until_beat" -gt 0 ] && [ "$(refs)" = "$seen" ]; then continue; fi
  # The repository is named, because git may be configured not to look for a bare one; the folder is no worktree.
  # shellcheck disable=SC2086
  if answer=$(GIT_DIR=. GIT_IMPLICIT_WORK_TREE=0 "$bin/git-claim" heartbeat -- "$anchor" "$session" $watched); then
    watched=${answer%%"
"*}
    seen=${answer#*"
"}
    # The claim that this helper was started for may not be written yet, so it looks twice.
    if [ -n "$watched" ]; then nothing_left=0; else nothing_left=$((nothing_left + 1)); fi
    tidy
  fi
  plan
  is_anchored && [ "$nothing_left" -lt 2 ] || leave
done
