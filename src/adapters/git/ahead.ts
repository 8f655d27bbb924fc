import { closeSync, readSync } from 'node:fs';
import { DEFAULT_REF_PREFIX } from '../../core/claim/refs.ts';
import { step } from '../system/step.ts';
import type { EarlySurvey } from './claim-refs.ts';
import { recentCall } from './commits.ts';
import { CONFIG_CALL } from './config.ts';
import type { Git } from './process.ts';
import { BrokenOff } from './survey.ts';

/** What a pipe holds. */
const PIECE_BYTES = 64 * 1024;

/**
 * Returns what bin/git-claim asked git while Node started: the first questions of a command, whose answers are there already or on their way. It wrote
 * `<configuration> NUL [<survey of all claims> NUL] whole` or `<configuration> NUL <recent commits> NUL walked`, and the configuration and each commit end
 * with NUL themselves; what does not end so is asked again.
 *
 * @param git what answers everything else
 * @param file the descriptor it is read from, which is closed then
 */
export function askedAhead(git: Git, file: number): { readonly git: Git; readonly survey: EarlySurvey } {
  const answers = new Answers(file);
  const answered = (name: string, stdout: Buffer) => {
    step(`before git ${name}`);
    step(`after git ${name}`);
    return { code: 0, stdout, stderr: '' };
  };
  return {
    git: async (args, options) => {
      const call = args.join(' ');
      const stdout = call === CONFIG ? answers.config() : isRecent(args) ? answers.commits() : null;
      return stdout === null ? git(args, options) : answered(args[0] as string, stdout);
    },
    survey: { prefix: DEFAULT_REF_PREFIX, listing: Promise.resolve({ code: 0, pieces: answers.survey() }) },
  };
}

const CONFIG = CONFIG_CALL.join(' ');

/** As many commits as a claim looks at. */
const isRecent = (args: readonly string[]) =>
  args[0] === 'log' && args.join(' ') === recentCall(DEFAULT_REF_PREFIX, COMMITS).join(' ');
const COMMITS = 100;

/** What was written, in its order, each part of which is given once. */
class Answers {
  /** Null when it was read to its end. */
  #file: number | null;
  readonly #piece = Buffer.allocUnsafe(PIECE_BYTES);
  /** What was read and not yet given. */
  #rest = Buffer.alloc(0);
  #isConfigNext = true;

  constructor(file: number) {
    this.#file = file;
  }

  config(): Buffer | null {
    if (!this.#isConfigNext) return null;
    this.#isConfigNext = false;
    // No field of it is empty.
    let end = -1;
    do end = this.#rest.indexOf('\0\0', 0, 'latin1');
    while (end < 0 && this.#readOn());
    return end < 0 ? null : this.#given(end + 2).subarray(0, -1);
  }

  commits(): Buffer | null {
    while (this.#readOn());
    const end = this.#rest.length - WALKED.length;
    const isWhole = end >= 0 && this.#rest.subarray(end).equals(WALKED) && (end === 0 || this.#rest[end - 1] === 0);
    return isWhole ? this.#given(this.#rest.length).subarray(0, end) : null;
  }

  /** @throws BrokenOff after the pieces that were there */
  *survey(): Generator<Buffer, void> {
    step('before git for-each-ref');
    do {
      // A row ends with a line break, and no letter is cut in two there.
      const end = this.#rest.lastIndexOf(LINE_BREAK) + 1;
      if (end > 0) yield this.#given(end);
    } while (this.#readOn());
    if (!this.#given(this.#rest.length).equals(WHOLE)) throw new BrokenOff();
    step('after git for-each-ref');
  }

  #given(length: number): Buffer {
    const given = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return given;
  }

  /** Returns false at the end, which closes the file. */
  #readOn(): boolean {
    if (this.#file === null) return false;
    const length = readSync(this.#file, this.#piece, 0, PIECE_BYTES, null);
    this.#rest = Buffer.concat([this.#rest, this.#piece.subarray(0, length)]);
    if (length > 0) return true;
    closeSync(this.#file);
    this.#file = null;
    return false;
  }
}

const WHOLE = Buffer.from('\0whole');
const WALKED = Buffer.from('\0walked');
const LINE_BREAK = 10;
