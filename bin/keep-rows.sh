#!/bin/sh
# Keeps what hooks read of packed claims in files, because git takes a quarter of a second to print it for 20,000 claims. The
# rows in claim/rows count as long as packed-refs is the very file that the link beside them is to: git never writes into it,
# it always makes a new one. Claims with a ref of their own are read from there. Runs in the git common directory.
#
#   keep-rows.sh <ref prefix>

bin=${0%/*}
. "$bin/../dist/facts.sh" || exit
LC_ALL=C GIT_NO_REPLACE_OBJECTS=1
export LC_ALL GIT_NO_REPLACE_OBJECTS
folder=claim/rows new=claim/rows.$$

for left in claim/rows.*; do
  [ ! -d "$left" ] || kill -0 "${left##*.}" 2>/dev/null || rm -rf "$left"
done
trap 'rm -rf "$new"' EXIT
trap 'exit 1' TERM INT HUP
mkdir "$new" && ln packed-refs "$new/packed-refs" || exit
git --git-dir=. for-each-ref --format="$claim_row" "$1" >"$new/all" || exit
for kind in live ended; do
  case $kind in live) live_rows ;; *) live_rows -v ;; esac <"$new/all" >"$new/$kind"
  echo "$rows_whole" >>"$new/$kind" || exit
done
rm "$new/all"
echo "$1" >"$new/prefix" || exit
[ "$new/packed-refs" -ef packed-refs ] || exit
# Another helper may do the same at this moment. Then this folder ends up in that one's, where nobody looks.
[ ! -d "$folder" ] || mv "$folder" "$new/old" || exit
mv "$new" "$folder"
rm -rf "$folder/old" "$folder/${new##*/}"
