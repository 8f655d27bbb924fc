# Git's clean filter for order files, which `git claim init` installs: gives git the file without the lines of a claim. The
# configuration sources it with `file`, the path of the file whose content is on stdin. What each file said before is in the
# worktree's own `claim/mirrored`, a program for sed per order: `<order>:<beginning of the file's name>`, with `::` once it is
# complete.
LC_ALL=C
export LC_ALL
git_dir=${GIT_DIR:-.git}
if [ -f "$git_dir" ]; then
  IFS= read -r git_dir <"$git_dir"
  git_dir=${git_dir#gitdir: }
fi
for program in "$git_dir"/claim/mirrored/*; do
  name=${program##*/}
  name=${name#*:}
  name=${name#:}
  case ${file##*/} in "$name" | "$name"[!A-Za-z0-9.]* | "$name".[!0-9]*) exec sed -f "$program" ;; esac
done
# Whether the file may show a claim, by its front matter. This is done for each file that has been touched, so without a process.
may_show() {
  at=0
  while IFS= read -r line; do
    at=$((at + 1))
    case $at:$line in
    *claimed_* | *lease_expires_at* | 200:*) return 0 ;;
    1:*---*) ;;
    1:* | *:---* | *:...*) return 1 ;;
    esac
  done
  return 1
}
# A tool may have given the file another name. Then each program edits it only if all its lines stand there.
if [ -f "$program" ] && may_show <"$file"; then
  for program in "$git_dir"/claim/mirrored/*; do
    edit() { sed -e 1x -e '1s/^/?/' -e 1x -f "$program"; }
    edit <"$file" | cmp -s - "$file" || { edit; exit; }
  done
fi
exec cat
