#!/bin/sh
# Shows git-claim at work in a clone of this repository, in a temporary folder. Every command is real, and shown after its
# session's name.
set -u
here=$(cd "$(dirname "$0")" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
PATH=$here/bin:$PATH
unset GIT_CLAIM_ANCHOR

# as <session> <command>...: prints the command, runs it, and prints its exit code if that is not 0
as() {
  session=$1
  shift
  printf '\n%s$ %s\n' "$session" "$*"
  GIT_CLAIM_SESSION=$session "$@" 2>&1 || printf '(exit code %s)\n' "$?"
}

git clone --quiet --no-local "$here" "$place/app" || exit
cd "$place/app" || exit

echo '--- One session claims an order; the next one that wants it is told who holds it.'
as alice git claim ORDER-143
as bob git claim ORDER-143
as bob git claim ORDER-151
as bob git claim

echo
echo '--- Twelve sessions want the same order at the same moment. Exactly one gets it.'
for number in 1 2 3 4 5 6 7 8 9 10 11 12; do
  (GIT_CLAIM_SESSION=agent-$number git claim --no-worktree ORDER-7 >"$place/said-$number" 2>&1) &
done
wait
for said in "$place"/said-*; do head -n 1 "$said"; done | sed 's/ since.*//' | sort | uniq -c

echo
echo '--- Alice hands her order over, Bob completes it, and nobody starts it again.'
as alice git claim hand ORDER-143 --to bob
as bob git claim complete ORDER-143
as alice git claim ORDER-143
as alice git claim log ORDER-143
