import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants as fileModes, statSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Writable } from 'node:stream';
import type { ProcessTable } from '../../ports/process-table.ts';
import type { HeldProgram, Programs } from '../../ports/programs.ts';
import { step } from './step.ts';

/** What `git rev-parse --local-env-vars` names: variables that select a repository. The order's worktree selects its own. */
const LOCAL =
  /^GIT_(?:ALTERNATE_OBJECT_DIRECTORIES|CONFIG|CONFIG_PARAMETERS|CONFIG_COUNT|CONFIG_(?:KEY|VALUE)_[0-9]+|OBJECT_DIRECTORY|DIR|WORK_TREE|IMPLICIT_WORK_TREE|GRAFT_FILE|INDEX_FILE|NO_REPLACE_OBJECTS|REPLACE_REF_BASE|PREFIX|SHALLOW_FILE|COMMON_DIR|INTERNAL_SUPER_PREFIX)$/;

/** Signals that only this process gets, and passes on. */
const PASSED_ON = ['SIGTERM', 'SIGHUP', 'SIGUSR2'] as const;
/** Signals that a terminal sends to its whole foreground group, including the program. */
const TERMINALS_OWN = ['SIGINT', 'SIGQUIT'] as const;

/**
 * A shell that reads from this process what to do first, and then becomes the program: pid and start
 * time stay. If it reads nothing, it ends.
 */
const GATE = `words=$(cat <&3)
[ -n "$words" ] || exit 125
exec 3<&-
eval "$words" || exit 126
exec "$@"`;

export class SystemPrograms implements Programs {
  readonly #env: NodeJS.ProcessEnv;
  readonly #processes: ProcessTable;

  /** @param env the caller's */
  constructor(env: NodeJS.ProcessEnv, processes: ProcessTable) {
    this.#env = Object.fromEntries(Object.entries(env).filter(([name]) => !LOCAL.test(name)));
    this.#processes = processes;
  }

  has(word: string): boolean {
    if (word.includes('/')) return !isAbsolute(word) || isProgram(word);
    return (this.#env['PATH'] ?? '/usr/bin:/bin').split(delimiter).some((folder) => isProgram(join(folder || '.', word)));
  }

  async hold(words: readonly string[], isQuiet: boolean): Promise<HeldProgram> {
    step('before program hold');
    const child = spawn('/bin/sh', ['-c', GATE, 'sh', ...words], {
      env: this.#env,
      stdio: ['inherit', isQuiet ? 2 : 'inherit', 'inherit', 'pipe'],
    });
    await once(child, 'spawn');
    const word = child.stdio[3] as Writable;
    word.on('error', () => undefined);
    const found = this.#processes.find(child.pid as number);
    const forwarding: [signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void][] = [];
    step('after program hold');
    return {
      anchor: typeof found === 'string' ? null : { pid: found.pid, start: found.start, ns: this.#processes.ns },
      start: (folder, variables) => {
        const settings = Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`);
        word.end([`cd ${quoted(folder)}`, ...settings].join(' && '));
        forwarding.push(...this.#forward(child));
        return ended(child);
      },
      end: () => {
        word.destroy();
        for (const [signal, listener] of forwarding) process.off(signal, listener);
      },
    };
  }

  /** Passes signals on until {@link HeldProgram.end}, so that none interrupts the release of the claim after the program. */
  #forward(child: ChildProcess): [NodeJS.Signals, (signal: NodeJS.Signals) => void][] {
    const self = this.#processes.find(process.pid);
    const hasTerminal = typeof self !== 'string' && self.terminal !== null;
    const passOn = (signal: NodeJS.Signals) => {
      child.kill(signal);
    };
    const forwarding = [
      ...PASSED_ON.map((signal) => [signal, passOn] as [NodeJS.Signals, typeof passOn]),
      ...TERMINALS_OWN.map((signal) => [signal, hasTerminal ? () => undefined : passOn] as [NodeJS.Signals, typeof passOn]),
    ];
    for (const [signal, listener] of forwarding) process.on(signal, listener);
    return forwarding;
  }
}

async function ended(child: ChildProcess): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode ?? 128 + constants.signals[child.signalCode as NodeJS.Signals];
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, fileModes.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
