# git claim <Tab> in bash, made from git-claim's table of commands. To install it:
#   git claim completion bash > ~/.local/share/bash-completion/completions/git-claim

# Git's completion calls this, with the words typed and its own options that say where to look.
_git_claim() {
  local -a where=()
  [[ -z ${__git_C_args-} ]] || where=("${__git_C_args[@]}")
  [[ -z ${__git_dir-} ]] || where+=("--git-dir=$__git_dir")
  __git_claim "${words[@]:__git_cmd_idx+1:cword-__git_cmd_idx}"
}

# Bash calls this for git-claim; it splits at each = what is one word to us.
__git_claim_alone() {
  local -a where=() typed=()
  local at last=-1
  for ((at = 1; at <= COMP_CWORD; at++)); do
    if ((last >= 0)) && [[ ${COMP_WORDS[at]} == = || ${COMP_WORDS[at - 1]} == = ]]; then
      typed[last]+=${COMP_WORDS[at]}
    else
      typed[++last]=${COMP_WORDS[at]}
    fi
  done
  __git_claim "${typed[@]}"
}

# Fills COMPREPLY, given the words after the command's name up to the one at the cursor.
__git_claim() {
  local cur=${!#} command='' first='' kind='' dashes='' count=0 word options operands choices ordered
  COMPREPLY=()
  for word in "${@:1:$#-1}"; do
    if [[ -n $kind ]]; then
      kind=
      continue
    fi
    if [[ -z $dashes ]]; then
      case $word in
        --)
          dashes=1
          continue
          ;;
        -*)
          __git_claim_value "$word"
          continue
          ;;
      esac
    fi
    if [[ -z $command ]]; then
      command=claim
      if [[ ' @commands@ ' == *" $word "* ]]; then
        command=$word
        continue
      fi
    fi
    ((count++)) || first=$word
  done
  __git_claim_command "${command:-claim}"
  if [[ -z $kind$dashes && $cur == --*=* ]]; then
    __git_claim_value "${cur%%=*}"
    cur=${cur#*=}
  elif [[ -z $kind$dashes && $cur == -* ]]; then
    kind="words $options @common@"
  elif [[ -z $kind ]]; then
    [[ -n $command ]] || __git_claim_words @commands@
    __git_claim_operand
  fi
  case $kind in
    orders)
      cur=$(printf '%s' "$cur" | tr '[:lower:]' '[:upper:]')
      __git_claim_offer "$(__git_claim_ids orders)"
      ;;
    sessions | revisions) __git_claim_offer "$(__git_claim_ids "$kind")" ;;
    words\ *) __git_claim_words ${kind#words } ;;
    programs) __git_claim_offer "$(compgen -c -- "$cur")" ;;
  esac
}

# Sets kind to what the operand at the cursor may be. Where nothing is offered, bash offers files.
__git_claim_operand() {
  case $operands in
    order | program) ((count)) || kind=orders ;;
    orders) kind=orders ;;
    revision) ((count)) || kind=revisions ;;
    words)
      if ((count == 0)); then
        kind="words $choices"
      elif ((count == 1)) && [[ " $ordered " == *" $first "* ]]; then
        kind=orders
      fi
      ;;
  esac
  if [[ $operands == program && -n $dashes ]] && ((count == 1)); then kind=programs; fi
}

__git_claim_words() {
  local IFS=$'\n'
  __git_claim_offer "$*"
}

# Offers those of the lines that begin as typed. They are not given to compgen -W, which would expand them.
__git_claim_offer() {
  local line
  while IFS= read -r line; do
    [[ -n $line && $line == "$cur"* ]] && COMPREPLY+=("$(printf '%q' "$line") ")
  done <<<"$1"
}

# Sets kind to what the value of an option is; to nothing where it takes none.
__git_claim_value() {
  case $1 in
@values@
    *) kind= ;;
  esac
}

# Sets options, and operands with what belongs to them.
__git_claim_command() {
  case $1 in
@table@
  esac
}

__git_claim_ids() {
  command sh -c @ids@ ids "$1" ${where[@]+"${where[@]}"}
}

complete -o bashdefault -o default -o nospace -F __git_claim_alone git-claim
