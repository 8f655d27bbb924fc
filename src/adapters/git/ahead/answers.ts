import { closeSync, readSync } from 'node:fs';
import { claimRef, DEFAULT_REF_PREFIX } from '../../core/claim/refs.ts';
import type { OrderId } from '../../core/ids.ts';
import { step } from '../system/step.ts';
import { CONFIG_CALL } from './config.ts';
import { HEAD_CALL } from './history/branches.ts';
import { recentCall } from './history/commits.ts';
import type { Git, GitResult } from './process.ts';
import { subcommandOf } from './process.ts';
import { inputOf, READ_CALL } from './read-objects.ts';
import type { EarlySurvey } from './refs/claim-refs.ts';
import { BrokenOff } from './refs/survey.ts';

/** What a pipe holds: while that much of a long survey is decoded, git fills it anew. */
const PIECE_BYTES = 64 * 1024;

export type Ahead = {
  /** Returns a git that answers from what was asked ahead, each question once: not in another directory, nor once it has written a ref. */
  readonly lend: (git: Git) => Git;
  readonly survey: EarlySurvey;
};

/**
 * Returns what bin/git-claim asked git while Node started: the first questions of a command, whose answers are there already or on their way. It wrote
 * `<configuration> NUL`, then each further answer with NUL behind it, and then what they are: `whole`, `whole survey`, or for a claim `whole log head ORDER-143`,
 * say. What does not end so is asked again.
 *
 * @param file the descriptor it is read from, which is closed then
 */
export function askedAhead(file: number): Ahead {
  const answers = new Answers(file);
  let isWritten = false;
  const answerTo = (args: readonly string[], input = ''): GitResult | null => {
    const call = callOf(args, input);
    if (call === CONFIG) return answers.config();
    return CLAIM_ASKS.includes(subcommandOf(args)) ? answers.ofClaim(call) : null;
  };
  const lend =
    (git: Git): Git =>
    async (args, options = {}) => {
      const name = subcommandOf(args);
      isWritten ||= name === 'update-ref';
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
const CONFIG = callOf(CONFIG_CALL);
const CLAIM_ASKS: readonly string[] = ['log', 'rev-parse', 'cat-file'];

/** As many commits as a claim looks at. */
const COMMITS = 100;

/** What was written, in its order, each part of which is given once. */
class Answers {
  /** Null when it was read to its end. */
  #file: number | null;
  #buffer = Buffer.allocUnsafe(PIECE_BYTES);
  /** What was read and not yet given: the buffer from here to there. */
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
    // No field of it is empty.
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

  /** @throws BrokenOff after the pieces that were there, each of which holds until the next */
  *survey(): Generator<Buffer, void> {
    step('before git for-each-ref');
    for (let isMore = true; isMore; ) {
      do isMore = this.#readOn();
      while (isMore && this.#to < this.#buffer.length);
      // A row ends with a line break, and no letter is cut in two there.
      const end = this.#rest().lastIndexOf(LINE_BREAK) + 1;
      if (end > 0) yield this.#given(end);
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

  /** Reads what is there, if need be waiting for it, into what is free of the buffer. Returns false at the end, which closes the file. */
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
const LINE_BREAK = 10;

function result(stdout: Buffer, code = 0): GitResult {
  return { code, stdout, stderr: '' };
}

/** Reads the answers to a claim's questions; empty where they break off. */
function answersOf(said: Buffer): Map<string, GitResult> {
  const answers = new Map<string, GitResult>();
  const last = said.lastIndexOf(0);
  const [whole, ...questions] = said.toString('latin1', last + 1).split(' ');
  if (whole !== 'whole') return answers;
  let at = 0;
  for (const question of questions) {
    const end = question === 'log' ? fieldsEnd(said, at) : question === 'head' ? said.indexOf(0, at) : objectEnd(said, at);
    // HEAD's ends with an error where there is no remote.
    const codeEnd = question === 'head' ? said.indexOf(0, end + 1) : end;
    answers.set(callOfClaim(question), result(said.subarray(at, end), Number(said.toString('latin1', end + 1, codeEnd))));
    at = codeEnd + 1;
  }
  return at === last + 1 ? answers : new Map();
}

function callOfClaim(question: string): string {
  if (question === 'log') return callOf(recentCall(DEFAULT_REF_PREFIX, COMMITS));
  if (question === 'head') return callOf(HEAD_CALL);
  return callOf(READ_CALL, inputOf([claimRef(DEFAULT_REF_PREFIX, question as OrderId)]));
}

/** Each field ends with NUL, and none is empty. */
function fieldsEnd(said: Buffer, at: number): number {
  return said[at] === 0 ? at : said.indexOf('\0\0', at, 'latin1') + 1;
}

/** `<name> <type> <size>`, then the object and a line break; or a line that ends otherwise. */
function objectEnd(said: Buffer, at: number): number {
  const body = said.indexOf(LINE_BREAK, at) + 1;
  const size = / ([0-9]+)\n$/.exec(said.toString('latin1', at, body))?.[1];
  return size === undefined ? body : body + Number(size) + 1;
}
