import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Anchor, formatAnchor, parseAnchor } from '../../../core/session/anchor.ts';
import { INCLUDE_FILE } from '../../../core/trees/include-patterns.ts';
import type { Copied, Ran } from '../../../core/trees/setup.ts';
import type { TreeSetup } from '../../../ports/tree-setup.ts';
import { step } from '../../system/step.ts';
import { setupMsOf } from '../durations.ts';
import { makeOwnFolder, readText, removeFile, writeWhole } from '../files.ts';
import type { Mutex } from '../refs/stale-locks.ts';
import type { Repository } from '../repository.ts';
import { listedFiles } from './included-files.ts';

/** How long to wait for what a killed process left running. It is asked to end at once, and killed two seconds later. */
const LEFTOVER_MS = 5_000;
const POLL_MS = 50;

export type SetupOptions = {
  /** The caller's environment. Its `GIT_*` would mislead git in the new worktree. */
  readonly env: NodeJS.ProcessEnv;
  readonly mutex: Mutex;
  /** This process; null if it is unknown. */
  readonly self: Anchor | null;
  readonly isAlive: (anchor: Anchor) => boolean;
};

/**
 * Marks pending setup by the file `<git common dir>/claim/setup/<hash of the path>`, from before a worktree is made until it is
 * set up. The file is empty, or names the process that sets it up: `<anchor of git-claim> <process group of its command, or 0>`.
 * The output of a failed command is beside it, as `<hash>.log`.
 */
export class GitTreeSetup implements TreeSetup {
  readonly #repository: Repository;
  readonly #options: SetupOptions;

  constructor(repository: Repository, options: SetupOptions) {
    this.#repository = repository;
    this.#options = options;
  }

  get commands(): readonly string[] {
    return this.#repository.config.all('claim.setup');
  }

  async isTrusted(): Promise<boolean> {
    return (await this.#trusted()).has();
  }

  async trust(): Promise<void> {
    (await this.#trusted()).add();
  }

  async notePending(tree: string): Promise<void> {
    if (this.commands.length === 0 && !existsSync(join(this.#repository.mainDir, INCLUDE_FILE))) return;
    makeOwnFolder(this.#folder(), 'setup notes');
    writeWhole(await this.#note(tree), '', 'setup note');
  }

  async isPending(tree: string): Promise<boolean> {
    return existsSync(this.#folder()) && existsSync(await this.#note(tree));
  }

  async done(tree: string): Promise<void> {
    if (await this.isPending(tree)) removeFile(await this.#note(tree), 'setup note');
  }

  async forget(tree: string): Promise<void> {
    if (!existsSync(this.#folder())) return;
    const note = await this.#note(tree);
    for (const file of [note, `${note}.log`].filter(existsSync)) removeFile(file, 'setup note');
  }

  async begin(tree: string): Promise<number | null> {
    const note = await this.#note(tree);
    let busy: number | null = null;
    let left = 0;
    await this.#options.mutex(async () => {
      const [token = '', group = ''] = (readText(note) ?? '').split(' ');
      const anchor = parseAnchor(token);
      if (anchor !== null && this.#options.isAlive(anchor) && anchor.pid !== process.pid) busy = anchor.pid;
      else this.#noteWork(note, 0);
      left = /^[1-9][0-9]{1,9}$/.test(group) ? Number(group) : 0;
    });
    if (busy !== null) return busy;
    for (let waitedMs = 0; isRunning(left) && waitedMs < LEFTOVER_MS; waitedMs += POLL_MS) await sleep(POLL_MS);
    return null;
  }

  async copy(tree: string, onFile: (files: number) => void): Promise<Copied> {
    const paths = await listedFiles(this.#repository);
    if (paths.length === 0) return { files: 0, leftOut: [] };
    const { copyFiles } = await import('../../system/copy-files.ts');
    return copyFiles(this.#repository.mainDir, tree, paths, onFile);
  }

  async run(tree: string, command: string, everyMs: number, onWait: (elapsedMs: number, said: string) => void): Promise<Ran> {
    const timeoutMs = setupMsOf(this.#repository.config);
    const { runInGroup } = await import('../../system/process-group.ts');
    const note = await this.#note(tree);
    const env = Object.fromEntries(Object.entries(this.#options.env).filter(([name]) => !name.startsWith('GIT_')));
    const startMs = performance.now();
    let latest = '';
    const timer = setInterval(() => onWait(performance.now() - startMs, lastLine(latest)), everyMs);
    step('before setup command');
    const { code, output } = await runInGroup(
      command,
      { cwd: tree, env, timeoutMs },
      {
        onStart: (group) => this.#noteWork(note, group),
        onOutput: (output) => {
          latest = output;
        },
      },
    ).finally(() => clearInterval(timer));
    step('after setup command');
    if (code === 0) return { kind: 'done' };
    return { kind: 'failed', exit: code, timeoutMs, said: lastLine(output), log: logOf(note, output) };
  }

  #noteWork(note: string, group: number): void {
    const { self } = this.#options;
    makeOwnFolder(this.#folder(), 'setup notes');
    writeWhole(note, self === null ? '' : `${formatAnchor(self)} ${group}`, 'setup note');
  }

  #folder(): string {
    return join(this.#repository.commonDir, 'claim', 'setup');
  }

  async #note(tree: string): Promise<string> {
    return join(this.#folder(), createHash('sha256').update(tree).digest('hex').slice(0, 32));
  }

  async #trusted() {
    const { GivenAnswer } = await import('../../system/given-answer.ts');
    return new GivenAnswer(this.#options.env, 'trusted', this.#repository.commonDir, this.commands);
  }
}

function logOf(note: string, output: string): string | null {
  if (output === '') return null;
  writeWhole(`${note}.log`, output, 'setup log');
  return `${note}.log`;
}

/** A process group exists as long as one process of it does. */
function isRunning(group: number): boolean {
  try {
    return group !== 0 && process.kill(-group, 0);
  } catch {
    return false;
  }
}

/** A command that draws its progress begins a line anew by a carriage return. */
function lastLine(output: string): string {
  return (
    output
      .trimEnd()
      .split(/[\r\n]/)
      .at(-1)
      ?.trim()
      .slice(0, 200) ?? ''
  );
}
