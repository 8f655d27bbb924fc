# Where bash-completion 2.12 and newer look by themselves: beside the folder that the command really lies in.
. "${BASH_SOURCE[0]%/*}/../../../dist/completion/git-claim.bash"
