# Prints what git knows of orders, sessions or revisions, one a line:
#   sh -c <this> ids orders|sessions|revisions [-C <path>] [--git-dir=<path>]
# What it reads is data: only plain names get out, which no shell expands. No single quotes here: scripts quote it with them.
export LC_ALL=C GIT_OPTIONAL_LOCKS=0
exec 2>/dev/null
what=$1
shift

prefix=@refPrefix@
pattern="@idPattern@"
globs=
from=worktree
main=$(git "$@" worktree list --porcelain | sed -n "1s/^worktree //p; 2s/^bare\$/&/p")
case $main in *"
bare") main=${main%?bare} from=HEAD ;; esac
while read -r key value; do
  case $key in
    claim.refprefix) prefix=${value%/}/ ;;
    # What awk and grep call otherwise than JavaScript does.
    claim.idpattern) pattern=$(printf "%s\n" "$value" | sed "s/\\\\d/[0-9]/g; s/(?:/(/g") ;;
    claim.orders) globs="$globs$value
" ;;
    claim.ordersfrom) from=$value ;;
  esac
done <<END
$(git "$@" config --get-regexp "^claim\\.(refprefix|idpattern|orders|ordersfrom)\$")
END
case $prefix in
  *[!A-Za-z0-9._/-]*) exit ;;
  refs/?*) ;;
  *) exit ;;
esac

# The globs that one with alternatives stands for: git knows no {a,b}.
alternatives() (
  case $1 in
    *"{"*"}"*)
      list=${1#*"{"}
      list=${list%%"}"*},
      while [ -n "$list" ]; do
        alternatives "${1%%"{"*}${list%%,*}${1#*"}"}"
        list=${list#*,}
      done
      ;;
    ?*) printf "%s\n" ":(top,glob)${1#./}" ;;
  esac
)

order_files() {
  set --
  while IFS= read -r glob; do
    [ -z "$glob" ] || set -- "$@" "$glob"
  done <<END
$(printf "%s\n" "${globs:-@orders@}" | while IFS= read -r glob; do alternatives "$glob"; done)
END
  unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
  cd "$main" || return
  if [ "$from" = worktree ]; then
    git ls-files --cached --others -- "$@"
  else
    tree=$(git rev-parse --verify --quiet --end-of-options "$from^{tree}") &&
      git diff-tree -r --no-renames --name-only "$(git hash-object -t tree /dev/null)" "$tree" -- "$@"
  fi
}

case $what in
  orders)
    {
      git "$@" for-each-ref --format="%(refname)" "$prefix" | sed "s|^$prefix||"
      order_files | sed "s|.*/||; s|\\.md\$||" | grep -oE "^($pattern)(\$|[^A-Za-z0-9])" | sed "s|[^A-Za-z0-9]\$||" | tr a-z A-Z
    } | grep "^[A-Z0-9][A-Z0-9._-]*\$"
    ;;
  sessions)
    folder=${prefix%/}
    git "$@" for-each-ref --format="%(contents:trailers:key=Session,valueonly)" "$prefix" "${folder%/*}/claim-paths/" |
      grep "^[A-Za-z0-9][A-Za-z0-9._-]*\$"
    ;;
  revisions)
    git "$@" for-each-ref --format="%(refname:lstrip=2)" refs/heads refs/remotes refs/tags | grep "^[A-Za-z0-9][A-Za-z0-9._/-]*\$"
    ;;
esac | sort -u
