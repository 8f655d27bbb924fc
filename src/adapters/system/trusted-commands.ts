import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The lists of commands that a person agreed to, each a file named by the hash of the list and of the repository it is for. They lie in the home directory and not
 * in the repository: an agent's sandbox may write in that.
 */
export class TrustedCommands {
  readonly #file: string;
  readonly #text: string;

  constructor(env: NodeJS.ProcessEnv, commonDir: string, commands: readonly string[]) {
    const hash = createHash('sha256').update(JSON.stringify([commonDir, ...commands]));
    const state = env['XDG_STATE_HOME'] || join(env['HOME'] || homedir(), '.local', 'state');
    this.#file = join(state, 'git-claim', 'trusted', hash.digest('hex'));
    this.#text = `${JSON.stringify({ repository: commonDir, commands }, null, 2)}\n`;
  }

  has(): boolean {
    return existsSync(this.#file);
  }

  add(): void {
    mkdirSync(join(this.#file, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(this.#file, this.#text, { mode: 0o600 });
  }
}
