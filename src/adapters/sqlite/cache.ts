import type { CacheTrouble } from '../../core/doctor/symptom.ts';
import { formatInstant, parseInstant } from '../../core/time.ts';
import type { Cache } from '../../ports/cache.ts';
import { step } from '../system/step.ts';
import type { Connection } from './connection.ts';
import { type OpenCache, openCache } from './database.ts';
import { loadDriver } from './driver.ts';
import { stampOf } from './place.ts';
import { immediately } from './transaction.ts';
import { isDamage, troubleOf } from './trouble.ts';

/**
 * The cache of a repository in `<git common dir>/claim/cache.db`: the one connection that presence, sightings, losses, the
 * event log and the outbox share.
 *
 * It is opened at the first call. The first failure turns it off: until `close`, `trouble` says why and every answer is empty.
 * The call after `close` opens it again. Each call notices a file that was removed, replaced or damaged, and takes a new one.
 * No method leaves a transaction open.
 */
export class SqliteCache implements Cache {
  /** How long events, and sessions not seen again, are kept (`claim.historyKeep`). */
  readonly keepMs: number;
  readonly #commonDir: string;
  readonly #load: typeof loadDriver;
  #state: OpenCache | null = null;
  #trouble: CacheTrouble | null = null;

  /** @param commonDir absolute path of the git directory that all worktrees share */
  constructor(commonDir: string, keepMs: number, load: typeof loadDriver = loadDriver) {
    this.#commonDir = commonDir;
    this.keepMs = keepMs;
    this.#load = load;
  }

  get trouble(): CacheTrouble | null {
    return this.#trouble;
  }

  get driver(): string | null {
    return this.#state?.kind === 'ready' ? this.#state.driver : null;
  }

  close(): void {
    if (this.#state?.kind === 'ready') {
      step('before sql close');
      this.#state.connection.close();
      step('after sql close');
    }
    this.#state = null;
  }

  end(): void {
    this.close();
    this.#state = { kind: 'off', trouble: { kind: 'unusable', said: 'closed' } };
  }

  /** Returns the instant, RFC 3339, before which old rows may be deleted. */
  keptSince(now: string): string {
    return formatInstant((parseInstant(now) ?? 0) - this.keepMs);
  }

  /**
   * Runs the work as one transaction.
   *
   * @param what names it in the steps at which tests kill processes
   * @returns what the work returns; `otherwise` while the cache is off
   */
  write<T>(what: string, otherwise: T, work: (connection: Connection) => T): T {
    return this.use(otherwise, (connection) => {
      step(`before sql ${what}`);
      const result = immediately(connection, work);
      step(`after sql ${what}`);
      return result;
    });
  }

  /**
   * Runs the work. If the file turns out to be damaged, the work is run once more on a new file.
   *
   * @returns what the work returns; `otherwise` while the cache is off
   */
  use<T>(otherwise: T, work: (connection: Connection) => T): T {
    try {
      return this.#onCurrentFile(work, otherwise);
    } catch (error) {
      if (!isDamage(error)) return this.#off(error, otherwise);
    }
    try {
      const damaged = this.#state?.kind === 'ready' ? this.#state.stamp : null;
      this.close();
      this.#open(damaged);
      return this.#onCurrentFile(work, otherwise);
    } catch (error) {
      return this.#off(error, otherwise);
    }
  }

  /**
   * Runs the work on the current file. A connection to a file that was removed or replaced
   * would lose what it writes, without an error.
   */
  #onCurrentFile<T>(work: (connection: Connection) => T, otherwise: T): T {
    if (this.#state?.kind === 'ready' && stampOf(this.#state.path) !== this.#state.stamp) this.close();
    const state = this.#state ?? this.#open(null);
    return state.kind === 'ready' ? work(state.connection) : otherwise;
  }

  #open(damaged: string | null): OpenCache {
    const state = openCache(this.#commonDir, { load: this.#load, damaged });
    this.#state = state;
    this.#trouble = state.kind === 'off' ? state.trouble : null;
    return state;
  }

  #off<T>(error: unknown, otherwise: T): T {
    const trouble = troubleOf(this.#state?.kind === 'ready' ? this.#state.path : this.#commonDir, error);
    this.close();
    this.#state = { kind: 'off', trouble };
    this.#trouble = trouble;
    return otherwise;
  }
}

/**
 * How many old rows one write deletes at most. So the write stays short, and a clock that jumps does not cost the whole history.
 */
export const PRUNED_AT_ONCE = 50;
