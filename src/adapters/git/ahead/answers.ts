import { closeSync, readSync } from 'node:fs';
import { DEFAULT_REF_PREFIX } from '../../../core/claim/refs.ts';
import type { OrderId } from '../../../core/ids.ts';
import { step } from '../../system/step.ts';
import { type Git, type GitResult, subcommandOf } from '../process.ts';
import type { EarlySurvey } from '../refs/early-survey.ts';
import { BrokenOff } from '../refs/survey.ts';
import { inputFor, NOT_LISTED, QUESTIONS } from './questions.ts';

/** What a pipe holds: while one piece of a long survey is decoded, git writes the next. */
const PIECE_BYTES = 64 * 1024;

export type Ahead = {
  /** Returns a git that gives each answer once. In another directory, or after it has written a ref, it asks git itself. */
  readonly lend: (git: Git) => Git;
  readonly survey: EarlySurvey;
};

/**
 * Returns git's answers to the first questions of a command, which bin/git-claim asked while Node started. It wrote
 * `<configuration> NUL`, then each further answer and NUL, and last which questions they answer: `whole`, `whole survey`, or
 * `whole log ORDER-143` for a claim. If that end is missing, the questions are asked again.
 *
 * @param file the descriptor to read from; it is closed at its end
 */
export function askedAhead(file: number): Ahead {
  const answers = new Answers(file);
  let isWritten = false;
  const answerTo = (args: readonly string[], input = ''): GitResult | null => {
    const call = callOf(args, input);
    if (call === callOf(QUESTIONS.config())) return answers.config();
    return CLAIM_ASKS.includes(subcommandOf(args)) ? answers.ofClaim(call) : null;
  };
  const lend =
    (git: Git): Git =>
    async (args, options = {}) => {
      const name = subcommandOf(args);
      isWritten ||= WRITES_REFS.includes(name);
      const isAsked = !isWritten && options.cwd === undefined && typeof options.input !== 'object';
      const answer = isAsked ? answerTo(args, options.input as string | undefined) : null;
      if (answer === null) return git(args, options);
      step(`before git ${name}`);
      step(`after git ${name}`);
      return answer;
    };
  return { lend, survey: { prefix: DEFAULT_REF_PREFIX, listing: Promise.resolve({ code: 0, pieces: answers.survey() }) } };
}

const callOf = (args: readonly string[], input = '') => `${args.join(' ')}\n${input}`;
const WRITES_REFS: readonly string[] = ['update-ref', 'fetch', 'push'];
/** The subcommands of the questions of a claim. */
const CLAIM_ASKS: readonly string[] = ['log', 'cat-file'];

/** Gives each answer once, in the order in which they were written. */
class Answers {
  /** Null after its end was read. */
  #file: number | null;
  #buffer = Buffer.allocUnsafe(PIECE_BYTES);
  /** The bytes from here to `#to` were read and not yet given. */
  #from = 0;
  #to = 0;
  #isConfigNext = true;
  #ofClaim: Map<string, GitResult> | null = null;

  constructor(file: number) {
    this.#file = file;
  }

  config(): GitResult | null {
    if (!this.#isConfigNext) return null;
    this.#isConfigNext = false;
    // No field of the configuration is empty.
    let end = -1;
    do end = this.#rest().indexOf('\0\0', 0, 'latin1');
    while (end < 0 && this.#readOn());
    return end < 0 ? null : result(Buffer.from(this.#given(end + 2).subarray(0, -1)));
  }

  /** Returns the answer to one of the questions of a claim. */
  ofClaim(call: string): GitResult | null {
    if (this.#isConfigNext) return null;
    while (this.#readOn());
    this.#ofClaim ??= answersOf(this.#rest());
    const answer = this.#ofClaim.get(call) ?? null;
    this.#ofClaim.delete(call);
    return answer;
  }

  /**
   * Gives the survey in pieces; each is valid until the next one.
   *
   * @throws BrokenOff after the last piece, if the survey is not whole
   */
  *survey(): Generator<Buffer, void> {
    step('before git for-each-ref');
    for (let isMore = true; isMore; ) {
      do isMore = this.#readOn();
      while (isMore && this.#to < this.#buffer.length);
      // Cut at the end of a row: no character is cut in two there.
      const end = this.#rest().lastIndexOf(LINE_BREAK) + 1;
      const rows = this.#given(end);
      if (rows.equals(KEPT)) throw new BrokenOff();
      if (end > 0) yield rows;
    }
    if (!this.#given(this.#rest().length).equals(SURVEYED)) throw new BrokenOff();
    step('after git for-each-ref');
  }

  #rest(): Buffer {
    return this.#buffer.subarray(this.#from, this.#to);
  }

  #given(length: number): Buffer {
    this.#from += length;
    return this.#buffer.subarray(this.#from - length, this.#from);
  }

  /** Reads into the free part of the buffer, waiting if there is nothing yet. At the end it closes the file and returns false. */
  #readOn(): boolean {
    if (this.#file === null) return false;
    if (this.#to === this.#buffer.length) this.#makeRoom();
    const length = readSync(this.#file, this.#buffer, this.#to, this.#buffer.length - this.#to, null);
    this.#to += length;
    if (length > 0) return true;
    closeSync(this.#file);
    this.#file = null;
    return false;
  }

  #makeRoom(): void {
    const rest = this.#rest();
    const target = rest.length < this.#buffer.length ? this.#buffer : Buffer.allocUnsafe(this.#buffer.length * 2);
    this.#to = rest.copy(target);
    this.#from = 0;
    this.#buffer = target;
  }
}

const SURVEYED = Buffer.from('\0whole survey');
const KEPT = Buffer.from(`${NOT_LISTED}\n`);
const LINE_BREAK = 10;

function result(stdout: Buffer): GitResult {
  return { code: 0, stdout, stderr: '' };
}

/** Reads the answers to the questions of a claim; returns none of them if their end is missing. */
function answersOf(said: Buffer): Map<string, GitResult> {
  const answers = new Map<string, GitResult>();
  const last = said.lastIndexOf(0);
  const [whole, ...questions] = said.toString('latin1', last + 1).split(' ');
  if (whole !== 'whole') return answers;
  let at = 0;
  for (const question of questions) {
    const end = question === 'log' ? fieldsEnd(said, at) : objectEnd(said, at);
    answers.set(callOfClaim(question), result(said.subarray(at, end)));
    at = end + 1;
  }
  return at === last + 1 ? answers : new Map();
}

function callOfClaim(question: string): string {
  if (question === 'log') return callOf(QUESTIONS.log());
  return callOf(QUESTIONS.order(), inputFor(question as OrderId));
}

/** Returns the end of a log: its fields end with NUL, and none is empty. */
function fieldsEnd(said: Buffer, at: number): number {
  return said[at] === 0 ? at : said.indexOf('\0\0', at, 'latin1') + 1;
}

/** Returns the end of an object: `<name> <type> <size>`, then the object and a line break; or one line if git has none. */
function objectEnd(said: Buffer, at: number): number {
  const body = said.indexOf(LINE_BREAK, at) + 1;
  const size = / ([0-9]+)\n$/.exec(said.toString('latin1', at, body))?.[1];
  return size === undefined ? body : body + Number(size) + 1;
}
