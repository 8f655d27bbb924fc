import { closeSync, readSync } from 'node:fs';
import { DEFAULT_REF_PREFIX } from '../../core/claim/refs.ts';
import { step } from '../system/step.ts';
import { SURVEY_CALL } from './claim-refs.ts';
import { recentCall } from './commits.ts';
import { CONFIG_CALL } from './config.ts';
import type { Git } from './process.ts';

/** What a pipe holds. */
const BYTES_AT_FIRST = 64 * 1024;
const GROWTH = 8;

/**
 * Returns a git whose answers to the first questions of a command are there already: bin/git-claim asked them while Node started. What it wrote is
 * `<configuration> NUL [<survey of all claims> NUL] whole` or `<configuration> NUL <recent commits> NUL walked`, and the configuration and each commit end
 * with NUL themselves; what does not end so is asked again.
 *
 * @param git what answers everything else
 * @param file the descriptor it is read from, which is closed then
 */
export function askedAhead(git: Git, file: number): Git {
  let answers: Map<string, Buffer> | null = null;
  return async (args, options) => {
    const call = args.join(' ');
    if (call !== CONFIG && call !== SURVEY && !isRecent(args)) return git(args, options);
    answers ??= answersOf(readToEnd(file));
    const stdout = answers.get(call);
    if (stdout === undefined) return git(args, options);
    answers.delete(call);
    const name = args[0] as string;
    step(`before git ${name}`);
    step(`after git ${name}`);
    return { code: 0, stdout, stderr: '' };
  };
}

const CONFIG = CONFIG_CALL.join(' ');
const SURVEY = SURVEY_CALL.join(' ');

/** As many commits as a claim looks at. */
const isRecent = (args: readonly string[]) =>
  args[0] === 'log' && args.join(' ') === recentCall(DEFAULT_REF_PREFIX, COMMITS).join(' ');

function answersOf(said: Buffer): Map<string, Buffer> {
  const answers = new Map<string, Buffer>();
  const walked = said.length - WALKED.length;
  if (said.subarray(Math.max(0, walked)).equals(WALKED)) return withCommits(said, walked);
  const whole = said.length - WHOLE.length;
  if (!said.subarray(Math.max(0, whole)).equals(WHOLE)) return answers;
  // No field of the configuration is empty.
  const end = said.indexOf('\0\0', 0, 'latin1') + 1;
  // A row ends with a line break: a record whose message begins with that very word, and of which no more came, is no end.
  const isSurveyWhole = end + 1 === whole || (end < whole && said[whole - 1] === LINE_BREAK);
  if (end === whole || isSurveyWhole) answers.set(CONFIG, said.subarray(0, end));
  if (isSurveyWhole) answers.set(SURVEY, said.subarray(end + 1, whole));
  return answers;
}

function withCommits(said: Buffer, walked: number): Map<string, Buffer> {
  const end = said.indexOf('\0\0', 0, 'latin1') + 1;
  const isWhole = end > 0 && (end + 1 === walked || (end + 1 < walked && said[walked - 1] === 0));
  if (!isWhole) return new Map();
  return new Map([
    [CONFIG, said.subarray(0, end)],
    [recentCall(DEFAULT_REF_PREFIX, COMMITS).join(' '), said.subarray(end + 1, walked)],
  ]);
}

const COMMITS = 100;
const WHOLE = Buffer.from('\0whole');
const WALKED = Buffer.from('\0walked');
const LINE_BREAK = 10;

function readToEnd(file: number): Buffer {
  let [buffer, length] = [Buffer.allocUnsafe(BYTES_AT_FIRST), 0];
  for (let bytes = -1; bytes !== 0; length += bytes) {
    if (length === buffer.length) buffer = Buffer.concat([buffer], length * GROWTH);
    bytes = readSync(file, buffer, length, buffer.length - length, null);
  }
  closeSync(file);
  return buffer.subarray(0, length);
}
