import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { ClaimError } from '../../core/errors.ts';

/**
 * A person's answer about a repository: a file named by the hash of the repository and the question. It is in the home directory,
 * because an agent's sandbox may write to the repository.
 */
export class GivenAnswer {
  readonly #file: string;
  readonly #text: string;
  readonly #state: string;

  /** @param about what was asked, word for word: anything else is another question */
  constructor(env: NodeJS.ProcessEnv, kind: 'trusted' | 'declined', commonDir: string, about: readonly string[]) {
    const hash = createHash('sha256').update(JSON.stringify([commonDir, ...about]));
    this.#state = env['XDG_STATE_HOME'] || join(env['HOME'] || homedir(), '.local', 'state');
    this.#file = join(this.#state, 'git-claim', kind, hash.digest('hex'));
    const what = kind === 'trusted' ? { commands: about } : { offer: about };
    this.#text = `${JSON.stringify({ repository: commonDir, ...what }, null, 2)}\n`;
  }

  has(): boolean {
    return existsSync(this.#file);
  }

  add(): void {
    try {
      makeFolders(dirname(this.#file));
      writeFileSync(this.#file, this.#text, { mode: 0o600 });
    } catch (cause) {
      const errno = (cause as NodeJS.ErrnoException).code ?? String(cause);
      throw new ClaimError({ code: 'internal', kind: 'answer-not-kept', folder: this.#state, errno }, { cause });
    }
  }

  remove(): void {
    rmSync(this.#file, { force: true });
  }
}

/** Makes each missing folder by itself: Node's recursive mkdir never ends below /proc. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolders(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}
