import { ClaimError } from '../core/errors.ts';
import { type ErrorCode, exitCodeOf } from '../core/exit-codes.ts';
import { escaped, visible } from '../core/line.ts';
import type { OneRefusal } from '../core/refusal.ts';
import { wordedWarnings } from '../text/documents/warning.ts';
import { errorText } from '../text/failures/failure.ts';
import { type Page, paint, wrapped } from '../text/page.ts';
import { otherRefusals, refusalDetails, refusalHint, refusalMessage } from '../text/refusal.ts';
import { warningText } from '../text/warnings.ts';
import { noteCaller } from '../usecases/caller/asker.ts';
import { isSameLoss, lossWarning, unreportedLosses } from '../usecases/caller/losses.ts';
import { movedWarning, unreportedMoves } from '../usecases/evidence/moved-refs.ts';
import { noteLost, staleness } from '../usecases/remote/contact.ts';
import type { Warning } from '../usecases/warning.ts';
import { type Wired, wire } from '../wire.ts';
import type { Answer } from './answer.ts';
import { type Open, textOf } from './command.ts';
import { COMMANDS, INNER_COMMANDS } from './commands.ts';
import { splitWords } from './find-command.ts';
import { INTERRUPTED_EXIT, Interrupted } from './interrupted.ts';
import { Narration } from './narration.ts';
import { parsePlain } from './parse-plain.ts';
import { pageFor, type StreamName, say, warn } from './streams.ts';
import { ofSystem } from './system-error.ts';
import { VERSION } from './version.ts';

const SCHEMA = 'git-claim/1';

/**
 * Runs one command line and prints its answer.
 *
 * @param words the words after `git claim`
 * @param ahead the descriptor that bin/git-claim's questions to git are answered on, if it asked any
 * @returns the exit code
 */
export async function main(words: readonly string[], ahead: number | null = null): Promise<number> {
  let ports: Wired | null = null;
  const notices: Warning[] = [];
  // After the dashes come operands, or the words of a command to run.
  const isJson = words.slice(0, words.includes('--') ? words.indexOf('--') : words.length).includes('--json');
  const page = (name: StreamName): Page => pageFor(name, ports?.settings.color ?? null);
  const narration = new Narration(() => page('stderr'), isJson);
  try {
    const parsed = await parse(words);
    if (parsed.kind === 'print') {
      say(parsed.text);
      return 0;
    }
    const open: Open = async (hint = {}) => {
      if (ports !== null) return ports;
      ports = await wire({
        cwd: process.cwd(),
        // Each look at process.env itself costs as much as a file read.
        env: { ...process.env },
        session: textOf(parsed.options, 'session'),
        anchor: textOf(parsed.options, 'anchor'),
        ahead,
        isOwnProcess: true,
        isSurveying: false,
        isOffline: parsed.options['offline'] === true,
        narrate: narration.tell,
        watch: narration.watch,
        ...hint,
      });
      const { name } = parsed.spec;
      if (isMending(name)) ports.clearLeftLocks();
      if (ports.isAstray && (isMending(name) || name === 'heartbeat')) {
        const mended = await (await import('../usecases/init.ts')).reinstall(ports, name === 'heartbeat');
        if (isMending(name)) notices.push(...mended);
      }
      if (isMending(name)) notices.push(...noticesOf(ports));
      return ports;
    };
    const told = await parsed.spec.run(open, parsed.operands, parsed.options);
    narration.clear();
    const warnings = ports !== null && Object.hasOwn(COMMANDS, parsed.spec.name) ? heard(ports, told, isJson) : warningsOf(told);
    return await report(told, [...warnings, ...notices], isJson, page, ports);
  } catch (error) {
    narration.clear();
    if (error instanceof Interrupted) {
      warn('');
      return INTERRUPTED_EXIT;
    }
    const failure = ofSystem(error);
    // Where standard output is full, a document would meet the same fate.
    const isLost = failure instanceof ClaimError && failure.failure.kind === 'answer-lost';
    return fail(failure, isJson && !isLost, page('stderr'));
  }
}

/** Returns what makes the hooks milder, keeps git from running them here, or parts this clone from others. */
function noticesOf({ notices: { lowered, hooksOff, otherRemote, unshared } }: Wired): Warning[] {
  return [
    ...lowered.map((one) => ({ code: 'gate-lowered', ...one }) as const),
    ...(hooksOff === null ? [] : [{ code: 'hooks-off', path: hooksOff.value, scope: hooksOff.scope } as const]),
    ...(otherRemote === null ? [] : [{ code: 'other-remote', ...otherRemote } as const]),
    ...(unshared === null ? [] : [{ code: 'unshared', remote: unshared } as const]),
  ];
}

/** Commands that people type reinstall displaced hooks. `init` does that anyway; `doctor` must report it first. */
const isMending = (command: string) => Object.hasOwn(COMMANDS, command) && command !== 'init' && command !== 'doctor';

async function parse(words: readonly string[]) {
  if (words[0] === '--version') return { kind: 'print', text: `git-claim ${VERSION}\n` } as const;
  const { name, rest } = await splitWords(words);
  const wantsOverview = name === 'status' && rest.some((word) => word === '-h' || word === '--help') && !words.includes('status');
  if (name === 'help' || wantsOverview)
    return { kind: 'print', text: await helpText(name === 'help' ? rest[0] : undefined) } as const;
  const entry = (COMMANDS[name] ?? INNER_COMMANDS[name]) as (typeof COMMANDS)[string];
  const spec = await entry.load();
  const plain = parsePlain(spec, rest);
  if (plain !== null) return { ...plain, spec };
  const { parseCommand } = await import('./parse.ts');
  const parsed = parseCommand(spec, entry, rest);
  return parsed.kind === 'help' ? ({ kind: 'print', text: parsed.text } as const) : { ...parsed, spec };
}

async function helpText(topic: string | undefined): Promise<string> {
  const { overviewHelp, commandHelp } = await import('./help.ts');
  return topic === undefined ? overviewHelp(pageFor('stdout', null).width ?? undefined) : commandHelp(topic);
}

/**
 * Notes that the caller was here. Returns an answer's warnings and the losses that are to be reported to the caller. A text
 * reports a loss once, if the cache works; a document, as long as the records show it; the document of a refusal, never.
 */
function heard(ports: Wired, told: Answer, isJson: boolean): readonly Warning[] {
  noteCaller(ports);
  if (told.kind === 'verdict' || (told.kind === 'refused' && isJson)) return [];
  if (ports.shared !== null) noteLost(ports, ports.shared.takeLost());
  const news = unreportedLosses(ports);
  const moved = unreportedMoves(ports);
  const repeats = isJson || ports.cache.trouble !== null || (told.kind === 'answer' && told.isOfOne === true);
  const isNew = (warning: Warning) => 'loss' in warning && news.some((loss) => isSameLoss(loss, warning.loss));
  const isTold = (warning: Warning) =>
    'path' in warning && moved.some(({ what, ref }) => what === 'path-deleted' && ref === warning.path);
  const own = warningsOf(told).filter((one) => one.code !== 'lost' || (repeats && !isNew(one) && !isTold(one)));
  return [...moved.map(movedWarning), ...news.map(lossWarning), ...own, ...staleness(ports)];
}

function warningsOf(told: Answer): readonly Warning[] {
  return told.kind === 'answer' ? told.warnings : [];
}

async function report(
  answer: Answer,
  warnings: readonly Warning[],
  isJson: boolean,
  page: (name: StreamName) => Page,
  ports: Wired | null,
): Promise<number> {
  if (answer.kind === 'refused') {
    const plain = page('stderr');
    const { code, claim, retryAfterMs } = answer;
    const [message, hint] = [refusalMessage(plain, answer), refusalHint(answer)];
    const path = 'wanted' in answer ? { path: answer.path } : {};
    const others = 'wanted' in answer || answer.others === undefined ? {} : { others: otherRows(plain, answer.others) };
    if (isJson) sayJson({ ok: false, error: { code, message, hint, claim, ...path, ...others, retryAfterMs } });
    else {
      const details = [...otherRefusals(plain, answer), ...refusalDetails(plain, answer)];
      warn(wrapped(plain, [paint(plain, 'yellow', message), ...details].join('\n')));
      warnOf(plain, warnings);
    }
    return exitCodeOf(code);
  }
  if (answer.kind === 'verdict') {
    const plain = page('stderr');
    const text = answer.text(plain);
    if (text !== '') warn(wrapped(plain, text));
    if (answer.line !== '') say(`${answer.line}\n`);
    return answer.isRefused ? exitCodeOf('collision') : 0;
  }
  if (isJson) sayJson({ ok: true, ...answer.json, warnings: warnings.length === 0 ? [] : wordedWarnings(warnings) });
  else {
    const shown = page('stdout');
    const text = answer.isVerbatim === true ? answer.text(shown) : wrapped(shown, answer.text(shown));
    // A loss changes what the answer means, so it comes first.
    const plain = page('stderr');
    warnOf(
      plain,
      warnings.filter(({ code }) => code === 'lost'),
    );
    if (text !== '' && !(answer.isPaged === true && (await isPagedOut(shown, text, ports)))) say(`${text}\n`);
    warnOf(
      plain,
      warnings.filter(({ code }) => code !== 'lost'),
    );
  }
  return answer.exit ?? 0;
}

/** The further refusals of a document. */
function otherRows(page: Page, others: readonly OneRefusal[]) {
  return others.map((one) => ({ order: one.order, code: one.code, message: refusalMessage(page, one) }));
}

/** Shows a text that does not fit the terminal in git's pager; returns whether it did. */
async function isPagedOut({ width }: Page, text: string, ports: Wired | null): Promise<boolean> {
  if (width === null || ports === null || text.split('\n').length < (process.stdout.rows || Infinity)) return false;
  return ports.pager.show(`${text}\n`);
}

function warnOf(page: Page, warnings: readonly Warning[]): void {
  for (const warning of warnings) warn(wrapped(page, `warning: ${visible(warningText(page, warning))}`));
}

function fail(error: unknown, isJson: boolean, page: Page): number {
  const code: ErrorCode = error instanceof ClaimError ? error.code : 'internal';
  const { message, headline, reasons, hint } = errorText(error, 'command');
  if (isJson) sayJson({ ok: false, error: { code, message, hint, claim: null, ...documentOf(error), retryAfterMs: null } });
  else {
    const details = [
      ...reasons.map((reason) => `  ${visible(reason)}`),
      ...(hint === null ? [] : [`  hint    ${visible(hint)}`]),
    ];
    warn(wrapped(page, [`error: ${visible(headline)}`, ...details].join('\n')));
    if (error instanceof Error && !(error instanceof ClaimError)) warn((error.stack ?? '').split('\n').map(visible).join('\n'));
  }
  return exitCodeOf(code);
}

function documentOf(error: unknown): object {
  return error instanceof ClaimError && error.document !== null ? error.document : {};
}

function sayJson(document: object): void {
  say(`${escaped(JSON.stringify({ schema: SCHEMA, ...document }))}\n`);
}
