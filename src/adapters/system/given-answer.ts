import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * A person's answer about a repository: a file named by the hash of the repository and the question. It is in the home directory,
 * because an agent's sandbox may write to the repository.
 */
export class GivenAnswer {
  readonly #file: string;
  readonly #text: string;

  /** @param about what was asked, word for word: anything else is another question */
  constructor(env: NodeJS.ProcessEnv, kind: 'trusted' | 'declined', commonDir: string, about: readonly string[]) {
    const hash = createHash('sha256').update(JSON.stringify([commonDir, ...about]));
    const state = env['XDG_STATE_HOME'] || join(env['HOME'] || homedir(), '.local', 'state');
    this.#file = join(state, 'git-claim', kind, hash.digest('hex'));
    const what = kind === 'trusted' ? { commands: about } : { offer: about };
    this.#text = `${JSON.stringify({ repository: commonDir, ...what }, null, 2)}\n`;
  }

  has(): boolean {
    return existsSync(this.#file);
  }

  add(): void {
    makeFolders(dirname(this.#file));
    writeFileSync(this.#file, this.#text, { mode: 0o600 });
  }

  remove(): void {
    rmSync(this.#file, { force: true });
  }
}

/** Node's own `recursive` never returns where the file system refuses to make a folder, as /proc does. */
function makeFolders(path: string): void {
  if (existsSync(path)) return;
  makeFolders(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}
