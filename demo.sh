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
echo '--- Git itself enforces it: in hard mode, nobody else commits on the branch of an order.'
git claim init --mode hard >"$place/init" 2>&1 || cat "$place/init"
as bob git -C ../app.claims/ORDER-151 commit --quiet --allow-empty --message 'ORDER-151: begun'
as alice git -C ../app.claims/ORDER-151 commit --quiet --allow-empty --message 'Alice was here'

echo
echo '--- A session is killed in the middle of its work. Its order becomes free, and its worktree stays as it is.'
for setting in 'heartbeat 1s' 'grace 2s' 'staleAfter 3s' 'expireAfter 6s'; do
  # Else this would take 15 seconds.
  git config "claim.${setting% *}" "${setting#* }"
done
GIT_CLAIM_SESSION=carol git-claim run ORDER-9 -- sh -c 'echo half done >work; echo $$ >"$0"; exec sleep 60' "$place/pid" >"$place/run" 2>&1 &
runner=$!
while ! [ -s "$place/pid" ]; do sleep 0.1; done
kill -9 "$runner" "$(cat "$place/pid")"
wait "$runner" 2>/dev/null
as bob git claim --wait ORDER-9

echo
echo '--- Alice hands her order over, Bob finishes it, and nobody starts it again.'
as alice git claim hand ORDER-143 --to bob
as bob git -C ../app.claims/ORDER-143 commit --quiet --allow-empty --message 'ORDER-143: retry on 429'
as bob git claim complete ORDER-143
as alice git claim ORDER-143
as alice git claim log ORDER-143
