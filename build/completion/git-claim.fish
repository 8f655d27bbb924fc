# git claim <Tab> in fish, made from git-claim's table of commands. To install it:
#   git claim completion fish > ~/.config/fish/conf.d/git-claim.fish

# Prints the command and its operands, as far as they are typed before the cursor; nothing where no command is known yet.
function __git_claim_typed
    set -l words (commandline -opc)
    set -l commands @commands@
    set -l command
    set -l operands
    set -l is_value
    set -l dashes
    for word in $words[2..]
        if set -q is_value[1]
            set is_value
            continue
        end
        if not set -q dashes[1]
            switch $word
                case --
                    set dashes --
                    continue
                case @values@
                    set is_value yes
                    continue
                case '-*'
                    continue
            end
        end
        if not set -q command[1]
            if contains -- $word $commands
                set command $word
                continue
            end
            set command claim
        end
        set -a operands $word
    end
    string join -- \n $command $operands
end

# Tells whether the words at the cursor belong to one of these commands.
function __git_claim_in
    set -l typed (__git_claim_typed)
    set -q typed[1]; or set typed claim
    contains -- $typed[1] $argv
end

# Tells whether so many operands of one of these commands were typed.
function __git_claim_after -a count
    set -l typed (__git_claim_typed)
    test (count $typed) -eq (math $count + 1); and contains -- $typed[1] $argv[2..]
end

function __git_claim_has_dashes
    contains -- -- (commandline -opc)
end

function __git_claim_ids
    command sh -c @ids@ ids $argv
end

# What the program that run starts would complete.
function __git_claim_program
    set -l words (commandline -opc)
    set -l words (string escape -- $words[(math (contains -i -- -- $words) + 1)..])
    complete -C "$words "(commandline -ct)
end

function __git_claim_handed_on
    set -l words (commandline -opc)
    set -l words (string escape -- $words[(math (contains -i -- claim $words) + 1)..])
    complete -C "git-claim $words "(commandline -ct)
end

# Fish hands git claim on to git-claim. These mean to, and fail.
if string match -qr '^(3\.6\.0|4\.0\.)' -- $version
    complete -c git -n __fish_git_needs_command -a claim -d 'Claim a piece of work before you start it'
    complete -c git -f -n '__fish_git_using_command claim' -a '(__git_claim_handed_on)'
end

complete -c git-claim -f
@table@
