import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { POLLS_A_BEAT } from '../../core/record/lease.ts';
import { formatAnchor, parseAnchor } from '../../core/session/anchor.ts';
import { lifeOf } from '../../core/session/life.ts';
import type { Anchored, HeartbeatHelper } from '../../ports/heartbeat-helper.ts';
import type { ProcessTable } from '../../ports/process-table.ts';
import { share } from './sharing.ts';
import { step } from './step.ts';

/** The first sign usually comes after 2 ms. Only a badly overloaded machine takes this long. */
const CONFIRM_MS = 500;

/** The variables of the caller that the helper and its git need. The others are the caller's own, or name another session. */
const KEPT =
  /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|XDG_(?:CONFIG|STATE|CACHE)_HOME|GIT_CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM)|GIT_EXEC_PATH)$/;

/** What its git needs to connect to a remote as the caller's does. */
const CONNECTS =
  /^(?:SSH_AUTH_SOCK|GIT_SSH(?:_COMMAND|_VARIANT)?|GIT_SSL_.*|GIT_PROXY_COMMAND|(?:https?|all|no)_proxy|XDG_RUNTIME_DIR|DBUS_SESSION_BUS_ADDRESS|KRB5CCNAME)$/i;

/** `isOwnProcess`: the files that this process inherited may be closed. `isShared`: the helper speaks to a remote. */
type HelpedCaller = { readonly env: NodeJS.ProcessEnv; readonly isOwnProcess?: boolean; readonly isShared: boolean };

/**
 * Runs bin/heartbeat.sh as a process in a session of its own, so that neither a signal to the agent's process group nor the end
 * of its terminal reaches it. `<git common dir>/claim/heartbeat/<name of the session>` identifies it:
 * `<pid>/<pid namespace> <anchor>`.
 */
export class DetachedHelper implements HeartbeatHelper {
  readonly #commonDir: string;
  readonly #prefix: string;
  readonly #caller: HelpedCaller;
  readonly #processes: ProcessTable;
  readonly #pollSeconds: string;

  /**
   * @param prefix of claim refs
   * @param beatMs between two heartbeats
   */
  constructor(commonDir: string, prefix: string, caller: HelpedCaller, processes: ProcessTable, beatMs: number) {
    this.#commonDir = commonDir;
    this.#prefix = prefix;
    this.#caller = caller;
    this.#processes = processes;
    this.#pollSeconds = (beatMs / POLLS_A_BEAT / 1000).toFixed(3);
  }

  async ensure(session: Anchored): Promise<boolean> {
    try {
      const name = createHash('sha256').update(session.key).digest('hex').slice(0, 32);
      const noted = this.#noted(name);
      if (noted !== null && this.#runs(name, noted)) return true;
      makeFolders(join(this.#commonDir, 'claim'));
      if (this.#caller.isOwnProcess) (await import('./inherited-files.ts')).closeInheritedFiles();
      step('before helper start');
      const child = this.#start(name, noted ?? '', session);
      const isConfirmed = await firstSign(child);
      step('after helper start');
      return isConfirmed;
    } catch {
      // The folder is not writable, or there are no processes left. The claim then has the longer lease, and says so.
      return false;
    }
  }

  #noted(name: string): string | null {
    try {
      return readFileSync(join(this.#commonDir, 'claim', 'heartbeat', name), 'latin1').trim();
    } catch {
      return null;
    }
  }

  /** A helper whose anchor is gone is about to end. */
  #runs(name: string, noted: string): boolean {
    const [, pid, ns, token] = /^([1-9][0-9]{0,9})\/(\S+) (\S+)$/.exec(noted) ?? [];
    const { host, boot } = this.#processes;
    if (pid === undefined || ns !== this.#processes.ns) return false;
    const found = this.#processes.find(Number(pid));
    if (typeof found === 'string' || found.isZombie || !found.args.includes(name)) return false;
    return lifeOf({ host, boot, anchor: parseAnchor(token ?? '') }, this.#processes).kind === 'alive';
  }

  #start(name: string, noted: string, { key, anchor }: Anchored): ChildProcess {
    const words = [script(), name, noted, formatAnchor(anchor), this.#pollSeconds, this.#prefix, key];
    const isKept = (variable: string) => KEPT.test(variable) || (this.#caller.isShared && CONNECTS.test(variable));
    const env = Object.fromEntries(Object.entries(this.#caller.env).filter(([variable]) => isKept(variable)));
    // An empty entry would be the current directory.
    const path = [env['PATH'], dirname(process.execPath)].filter((entry) => entry).join(delimiter);
    return spawn('/bin/sh', words, {
      cwd: this.#commonDir,
      env: { ...env, PATH: path, LC_ALL: 'C' },
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  }
}

/** Makes our folder and the helpers' in it, private or shared as git shares the repository. */
function makeFolders(own: string): void {
  for (const folder of [own, join(own, 'heartbeat')]) {
    if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) share(folder);
  }
}

/** The script is beside `dist` in the built package, and three folders above this file. */
function script(): string {
  const found = ['..', '../../..'].map((up) => join(import.meta.dirname, up, 'bin', 'heartbeat.sh')).find(existsSync);
  if (found === undefined) throw new Error('bin/heartbeat.sh is missing');
  return found;
}

/** Waits until the helper has reported that it runs. After that, nothing binds this process to it. */
function firstSign(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (isConfirmed: boolean) => {
      clearTimeout(timer);
      child.stdout?.destroy();
      child.unref();
      resolve(isConfirmed);
    };
    const timer = setTimeout(() => done(false), CONFIRM_MS);
    child.once('error', () => done(false));
    child.stdout?.once('data', () => done(true));
    child.stdout?.once('end', () => done(false));
  });
}
