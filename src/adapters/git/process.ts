import { spawn, spawnSync } from 'node:child_process';
import { ClaimError } from '../../core/errors.ts';
import type { GitStop } from '../../core/failures/git.ts';
import { step } from '../system/step.ts';

export type GitResult = {
  /** The exit code; 128 + n if signal n ended it. */
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
};

type GitOptions = {
  readonly cwd?: string;
  readonly input?: Buffer | string;
  /** When git has printed `said`, `reply` supplies the rest of its input. */
  readonly dialogue?: { readonly said: string; readonly reply: () => Promise<string> };
  /** Variables on top of the scrubbed environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Passes the caller's repository variables (`GIT_DIR`, `git -c`, ...) on, only to find the repository and its settings. */
  readonly asCaller?: boolean;
  /** When to ask git to stop, with SIGTERM: a killed git leaves its locks behind. */
  readonly timeoutMs?: number;
  /** Is given what git says on standard error, as it comes. */
  readonly onError?: (said: string) => void;
  /** The command has nothing else to do in the meantime. */
  readonly isAlone?: boolean;
};

/** Long enough for any plumbing call on a loaded machine. A call that takes longer is stuck. */
const TIMEOUT_MS = 120_000;

/** How long a git that was told to stop may take to clean up. */
const STOPPED_MS = 1_000;

/** More than 100,000 records. A longer answer is no answer. */
const OUTPUT_BYTES_MAX = 512 * 1024 * 1024;

/**
 * Variables with which a person chooses configuration files and traces. Every other `GIT_*` variable was
 * meant for the caller's git, not for ours.
 */
const KEPT = /^GIT_(?:CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM)|TRACE.*|EXEC_PATH)$/;

/**
 * The other variables that select the repository and the configuration. GIT_COMMON_DIR and GIT_OBJECT_DIRECTORY are not among
 * them: git applies them to objects and configuration but not to refs, so that a claim would be split between two repositories.
 */
const CALLERS = /^GIT_(?:DIR|WORK_TREE|IMPLICIT_WORK_TREE|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM|CONFIG_.*)$/;

export type Git = (args: readonly string[], options?: GitOptions) => Promise<GitResult>;

/**
 * Returns the one way to run git: a clean environment, the C locale, no prompts, bounded output and time. An exit code is a
 * result, not an error. Only a git that cannot be started or must be stopped throws.
 *
 * @param mayBlock whether a call that the command must wait for anyway may block the process, which takes half as long
 * @throws ClaimError `git`
 */
export function gitIn(directory: string, callerEnv: NodeJS.ProcessEnv, mayBlock = false): Git {
  const scrubbed = scrub(callerEnv);
  const asCaller = scrub(callerEnv, CALLERS);
  return async (args, options = {}) => {
    const name = subcommandOf(args);
    const settings: Settings = {
      cwd: options.cwd ?? directory,
      env: {
        ...(options.asCaller ? asCaller : scrubbed),
        ...(WRITES_FILES.includes(name) ? IN_TREES : ALWAYS),
        ...(READS_FILES.has(name) ? UNMONITORED : {}),
        ...options.env,
      },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    };
    step(`before git ${name}`);
    const isBlocking = mayBlock && options.isAlone && options.dialogue === undefined;
    const result = isBlocking ? blocked(args, settings, options) : await awaited(args, settings, options);
    step(`after git ${name}`);
    if (typeof result === 'string') throw new ClaimError({ code: 'git', kind: 'git-stopped', command: name, why: result });
    return result;
  };
}

/** Returns what a git prints that only reads, blocking the process until it has. Empty if it fails. */
export function readAtOnce(commonDir: string, args: readonly string[], input?: string): Buffer {
  const name = subcommandOf(args);
  step(`before git ${name}`);
  const env = { ...scrub(process.env), ...ALWAYS, GIT_DIR: commonDir };
  const settings: Settings = { cwd: commonDir, env, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] };
  const result = blocked(args, settings, input === undefined ? {} : { input });
  step(`after git ${name}`);
  return typeof result === 'string' ? Buffer.alloc(0) : result.stdout;
}

type Settings = { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly stdio: ['ignore' | 'pipe', 'pipe', 'pipe'] };

/** Returns the result, or why git was stopped. */
function blocked(
  args: readonly string[],
  settings: Settings,
  { input, timeoutMs = TIMEOUT_MS }: GitOptions,
): GitResult | GitStop {
  const limits = { timeout: timeoutMs, maxBuffer: OUTPUT_BYTES_MAX, killSignal: 'SIGTERM' } as const;
  const ended = spawnSync('git', args, { ...settings, ...limits, ...(input === undefined ? {} : { input }) });
  const code = (ended.error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ETIMEDOUT') return 'too-slow';
  if (code === 'ENOBUFS') return 'too-long';
  // Without a process id it never ran. If it ended before it had read everything, its exit code says what happened.
  if (ended.error !== undefined && !ended.pid) throw notStarted(ended.error);
  return resultOf(ended.status, ended.signal, ended.stdout, ended.stderr);
}

function awaited(args: readonly string[], settings: Settings, options: GitOptions): Promise<GitResult | GitStop> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...args], settings);
    const chunks: Buffer[] = [];
    const errors: Buffer[] = [];
    let bytes = 0;
    let ended: GitStop | null = null;
    let isAsked = options.dialogue !== undefined;
    const stop = (why: GitStop) => {
      ended ??= why;
      child.kill('SIGTERM');
      // What it started may keep its pipes open: an ssh that nobody answers, for one.
      setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, STOPPED_MS).unref();
    };
    const timer = setTimeout(() => stop('too-slow'), options.timeoutMs ?? TIMEOUT_MS);
    child.stdout?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > OUTPUT_BYTES_MAX) stop('too-long');
      else chunks.push(chunk);
      if (!isAsked || !Buffer.concat(chunks).includes(options.dialogue?.said ?? '')) return;
      isAsked = false;
      // A failure ends the input, and git then abandons what it has begun.
      options.dialogue?.reply().then(
        (rest) => child.stdin?.end(rest),
        (cause) => {
          child.stdin?.end();
          reject(cause);
        },
      );
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      errors.push(chunk);
      options.onError?.(String(chunk));
    });
    // A git that ends before it has read everything closes the pipe. Its exit code says what happened.
    child.stdin?.on('error', () => undefined);
    child.on('error', (cause) => {
      clearTimeout(timer);
      reject(notStarted(cause));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(ended ?? resultOf(code, signal, Buffer.concat(chunks), Buffer.concat(errors)));
    });
    if (isAsked) child.stdin?.write(options.input ?? '');
    else child.stdin?.end(options.input);
  });
}

function notStarted(cause: Error): ClaimError {
  return new ClaimError({ code: 'git', kind: 'git-not-started', said: cause.message }, { cause });
}

function resultOf(code: number | null, signal: NodeJS.Signals | null, stdout: Buffer, stderr: Buffer): GitResult {
  return { code: code ?? 128 + signalNumber(signal), stdout, stderr: String(stderr) };
}

/** Settings for calls whose results must be on disk before anybody is told. By default git syncs neither objects nor refs. */
export const DURABLY = ['-c', 'core.fsync=loose-object,reference', '-c', 'core.fsyncMethod=fsync'] as const;

/** The variables of every git call. A record that somebody had git replace by another object is read as it was written. */
export const ALWAYS = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_NO_REPLACE_OBJECTS: '1' };

/** The variables of a git call that writes files into a worktree: these are what the git of whoever works there expects. */
const { GIT_NO_REPLACE_OBJECTS: _, ...IN_TREES } = ALWAYS;
const WRITES_FILES: readonly string[] = ['worktree', 'reset'];

/** The calls in which git would run `core.fsmonitor`, a program that only people's own git should run. */
const READS_FILES: ReadonlySet<string> = new Set([
  'add',
  'diff',
  'diff-files',
  'diff-index',
  'ls-files',
  'status',
  'update-index',
]);
const UNMONITORED = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.fsmonitor', GIT_CONFIG_VALUE_0: 'false' };

/** Returns the environment without the caller's `GIT_*`, which could point git at another repository, index or object store. */
function scrub(env: NodeJS.ProcessEnv, besides: RegExp = KEPT): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('GIT_') || KEPT.test(name) || besides.test(name)),
  );
}

/** Returns whether nothing in the caller's environment makes git read another repository or configuration than ours. */
export function isPlainFor(env: NodeJS.ProcessEnv): boolean {
  return Object.keys(env).every((name) => !name.startsWith('GIT_') || KEPT.test(name) || HARMLESS.test(name));
}

const HARMLESS =
  /^GIT_(?:(?:CLAIM|AUTHOR|COMMITTER|SSH|SSL|HTTP|CURL|PS1)(?:_.*)?|EDITOR|SEQUENCE_EDITOR|MERGE_AUTOEDIT|PAGER|ASKPASS|TERMINAL_PROMPT|OPTIONAL_LOCKS|PREFIX)$/;

/**
 * Returns why git failed, as one line: its first error (later ones follow from it) with the files that it lists, without the word
 * `fatal` or `error`. Without one, the last line that is neither progress nor advice.
 */
export function lastWords(result: GitResult): string {
  const lines = result.stderr.split(/[\n\r]/).filter((line) => line.trim() !== '');
  const at = lines.findIndex((line) => /^(?:fatal|error): /.test(line));
  const said = at < 0 ? lines.findLast((line) => !CHATTER.test(line)) : listed(lines.slice(at));
  return said?.trim() || `exit code ${result.code}`;
}

/** A line that ends with a colon goes on in the indented lines below it. */
function listed([first = '', ...rest]: readonly string[]): string {
  const line = first.replace(/^(?:fatal|error): /, '');
  if (!line.endsWith(':')) return line;
  const end = rest.findIndex((text) => !/^[\t ]/.test(text));
  const items = rest.slice(0, end < 0 ? rest.length : end).map((text) => text.trim());
  return items.length === 0 ? line.slice(0, -1) : `${line} ${items.join(', ')}`;
}

/** What git says while all goes well, and what it advises. */
const CHATTER =
  /^(?:Preparing worktree|HEAD is now at|Switched to|Updating files|Checking out|Reset branch|branch '.*' set up|Enumerating|Counting|Compressing|Writing|Resolving|Receiving|Unpacking|Auto-merging|hint: |warning: |usage: |Please |Aborting)/;

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === 'SIGTERM' ? 15 : 9;
}

/** Options of git itself that take the next word as their value. */
const TAKES_VALUE = ['-C', '-c', '--git-dir', '--work-tree', '--namespace', '--super-prefix', '--config-env'];

/** Returns the subcommand of a git command line (given without `git` itself); empty if there is none. */
export function subcommandOf(args: readonly string[]): string {
  let at = 0;
  while (args[at]?.startsWith('-')) at += TAKES_VALUE.includes(args[at] as string) ? 2 : 1;
  return args[at] ?? '';
}
