import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from './sandbox.ts';

/** A shell that takes longer to show something hangs. */
const PATIENCE_MS = 90_000;
/** A line that has no answer by then was typed before the shell listened, which a busy machine may delay. */
const ANSWER_MS = 25_000;

export const HAS_TMUX = spawnSync('tmux', ['-V']).status === 0;

/** A terminal in which a shell of the sandbox runs, as wide as nothing is cut off in it. */
export class Terminal {
  /** A socket's path must be short. */
  readonly #sockets = mkdtempSync(join(tmpdir(), 'tmux-'));
  readonly #env: Readonly<Record<string, string>>;

  constructor({ repo, env }: Sandbox, command: string) {
    this.#env = { ...env, LC_ALL: 'C.UTF-8', TERM: 'xterm', TMUX_TMPDIR: this.#sockets };
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-x', '150', '-y', '50', '-c', repo, command);
  }

  /** Types a text, character by character as it is. */
  type(text: string): void {
    this.#tmux('send-keys', '-l', text);
  }

  /** Presses a key by tmux's name of it: `Tab`, `Enter`, `C-c`. */
  press(key: string): void {
    this.#tmux('send-keys', key);
  }

  /**
   * Waits until the condition holds of what is shown, without empty lines and blanks at their ends.
   *
   * @param key is pressed at once, and each second that it does not hold
   */
  async until(condition: (screen: string) => boolean, key: string | null = null): Promise<void> {
    const unmet = await this.#unmet(condition, key, PATIENCE_MS);
    if (unmet !== null) throw new Error(`it did not come to be shown, but this:\n${unmet}`);
  }

  /** Types a line at a new prompt and waits as `until` does; types it again if nothing answers. */
  async ask(line: string, condition: (screen: string) => boolean, key: string | null): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      // What a shell offers may take a C-c of its own.
      await this.until((screen) => screen.endsWith('$'), 'C-c');
      this.press('C-l');
      await this.until((screen) => screen === '$');
      this.type(line);
      const unmet = await this.#unmet(condition, key, ANSWER_MS);
      if (unmet === null) return;
      if (performance.now() > deadline) throw new Error(`nothing answered ${line}, and this was shown:\n${unmet}`);
    }
  }

  /** Returns what is shown when patience ends, or null as soon as the condition holds. */
  async #unmet(condition: (screen: string) => boolean, key: string | null, patienceMs: number): Promise<string | null> {
    const deadline = performance.now() + patienceMs;
    for (let waits = 0; ; waits += 1) {
      if (key !== null && waits % 20 === 0) this.press(key);
      const screen = this.#tmux('capture-pane', '-p').replace(/[ \n]+$/gm, '');
      if (condition(screen)) return null;
      if (performance.now() > deadline) return screen;
      await sleep(50);
    }
  }

  end(): void {
    spawnSync('tmux', ['kill-server'], { env: this.#env });
    rmSync(this.#sockets, { recursive: true, force: true });
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync('tmux', args, { env: this.#env, encoding: 'utf8' });
  }
}
