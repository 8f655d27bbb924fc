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
exec cat
