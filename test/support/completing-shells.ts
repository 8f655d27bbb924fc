import { spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE, type Sandbox } from './sandbox.ts';
import { HAS_TMUX, Terminal } from './terminal.ts';

const SCRIPTS = join(PACKAGE, 'dist/completion');
const BASH_COMPLETION = '/usr/share/bash-completion';

/** A shell in which our script is installed. */
export type CompletingShell = {
  /** What is missing here to run it, or null. */
  readonly missing: string | null;
  /** Installs the script for everyone in the sandbox. */
  install(sandbox: Sandbox): void;
  /** How the shell is started in a terminal. */
  readonly command: string;
  /** What a Tab offers behind each of the lines, which no shell has seen before. */
  offers(sandbox: Sandbox, lines: readonly string[]): Promise<string[][]>;
};

const isThere = (program: string) => spawnSync(program, ['--version']).status === 0;
const missing = (name: string, isHere: boolean) => {
  if (!isHere) return `${name} is not installed`;
  return HAS_TMUX ? null : 'tmux is not installed: nothing else is a terminal to type in';
};

/** What each shell needs in a start-up file, and how it is asked. */
export const SHELLS: Readonly<Record<'bash' | 'zsh' | 'fish', CompletingShell>> = {
  bash: {
    missing: missing("bash-completion, or git's own completion,", existsSync(`${BASH_COMPLETION}/completions/git`)),
    command: 'bash --noprofile -i',
    install({ env }) {
      const folder = join(env['HOME'] as string, '.local/share/bash-completion/completions');
      mkdirSync(folder, { recursive: true });
      copyFileSync(join(SCRIPTS, 'git-claim.bash'), join(folder, 'git-claim'));
      appendFileSync(join(env['HOME'] as string, '.bashrc'), BASHRC);
    },
    // Bash splits a line at each = too.
    offers: async (sandbox, lines) =>
      said(sandbox, 'bash', [
        ...['--norc', '-c', OFFERS_IN_BASH, 'bash'],
        ...lines.flatMap((line) => {
          const words = line.split(' ').flatMap((word) => word.split(/(?==)|(?<==)/));
          return [line, String(words.length), ...words];
        }),
      ]),
  },
  zsh: {
    missing: missing('zsh', isThere('zsh')),
    command: 'zsh -i',
    install({ env }) {
      const folder = join(env['HOME'] as string, '.zfunc');
      mkdirSync(folder);
      copyFileSync(join(SCRIPTS, '_git-claim'), join(folder, '_git-claim'));
      writeFileSync(
        join(env['HOME'] as string, '.zshrc'),
        "PS1='$ '\nfpath=(~/.zfunc $fpath)\nautoload -U compinit\ncompinit -u\n",
      );
    },
    // Its completion works in a line that is typed only: what is offered there is noted on the way.
    async offers(sandbox, lines) {
      const home = sandbox.env['HOME'] as string;
      const noted = join(home, 'offered');
      appendFileSync(join(home, '.zshrc'), NOTING);
      const terminal = new Terminal(sandbox, 'zsh -i');
      try {
        const offered: string[][] = [];
        await terminal.until((screen) => screen.endsWith('$'));
        for (const line of lines) {
          writeFileSync(noted, '');
          // A second Tab would complete what the first one left.
          await terminal.ask(`${line}\t`, () => readFileSync(noted, 'utf8').endsWith('\n.\n'), null);
          offered.push(linesOf(readFileSync(noted, 'utf8').replace(/^\.\n$/m, '')));
        }
        return offered;
      } finally {
        terminal.end();
      }
    },
  },
  fish: {
    missing: missing('fish', isThere('fish')),
    command: 'fish -i',
    install({ env }) {
      const folder = join(env['HOME'] as string, '.config/fish/conf.d');
      mkdirSync(folder, { recursive: true });
      copyFileSync(join(SCRIPTS, 'git-claim.fish'), join(folder, 'git-claim.fish'));
      writeFileSync(join(folder, '../config.fish'), "set fish_greeting\nfunction fish_prompt\n    echo '$ '\nend\n");
    },
    offers: async (sandbox, lines) =>
      said(sandbox, 'fish', ['-c', 'for line in $argv; complete -C $line; echo .; end', '--', ...lines]).map((offers) =>
        offers.map((offer) => offer.replace(/\t.*|^--\w+=(?=.)/g, '')),
      ),
  },
};

/** It looks for no completion in a home whose name has a space. */
const BASHRC = `
PS1='$ '
XDG_DATA_DIRS=~/.local/share:/usr/local/share:/usr/share
. ${BASH_COMPLETION}/bash_completion
`;

/**
 * Given each line, the number of its words and its words: calls what bash calls at a Tab. The completion of a command is loaded
 * when it is first completed.
 */
const OFFERS_IN_BASH = `
. ~/.bashrc
while (($# > 0)); do
  COMP_LINE=$1 COMP_POINT=\${#1} COMP_WORDS=("\${@:3:$2}") COMP_CWORD=$(($2 - 1)) COMPREPLY=()
  shift $(($2 + 2))
  complete -p "\${COMP_WORDS[0]}" &>/dev/null || _completion_loader "\${COMP_WORDS[0]}"
  completion=$(complete -p "\${COMP_WORDS[0]}")
  completion=\${completion#* -F }
  "\${completion%% *}" "\${COMP_WORDS[0]}"
  printf '%s\\n' "\${COMPREPLY[@]}" .
done
`;

const NOTING = `
compadd() {
  local -a offers
  if [[ \${@[1,(i)(-|--)]} != *-(O|A|D)\\ * ]]; then
    builtin compadd -O offers "$@"
    print -rl -- $offers >> ~/offered
  fi
  builtin compadd "$@"
}
all_noted() { print -r -- $'\\n.' >> ~/offered }
precmd() { comppostfuncs=(all_noted) }
`;

/** Returns the lines that a program wrote, up to each that is but a dot. */
function said({ repo, env }: Sandbox, program: string, args: readonly string[]): string[][] {
  const { stdout, stderr } = spawnSync(program, args, { cwd: repo, env: { ...env, LC_ALL: 'C.UTF-8' }, encoding: 'utf8' });
  if (stderr !== '') throw new Error(`${program} said: ${stderr}`);
  return stdout.split(/^\.\n/m).slice(0, -1).map(linesOf);
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .sort();
}
