import packageJson from '../../package.json' with { type: 'json' };
import { NOT_LISTED, QUESTIONS } from '../../src/adapters/git/ahead/questions.ts';
import { ALWAYS } from '../../src/adapters/git/process.ts';
import { BOARD_FILE, KNOWN_FILE } from '../../src/adapters/git/refs/board-file.ts';
import { ROWS_WHOLE } from '../../src/adapters/git/refs/kept-rows.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { MANY_GONE } from '../../src/core/check/announcements.ts';
import { LIVE_STATES } from '../../src/core/claim/record.ts';
import { DEFAULT_REF_PREFIX } from '../../src/core/claim/refs.ts';
import { HOOK_KEYS } from '../../src/core/claim/trailers.ts';
import { exitCodeOf } from '../../src/core/exit-codes.ts';
import { REPEATED_MS } from '../../src/core/guard/repeated-work.ts';
import { quoted } from '../../src/core/install/package.ts';
import { STATUS_KEYS } from '../../src/core/orders/read-order.ts';
import { PATH_REFS } from '../../src/core/paths/refs.ts';
import { POLLS_A_BEAT } from '../../src/core/record/lease.ts';
import { KNOWN_AGENTS, type KnownAgent, TERMINAL_HOSTS } from '../../src/core/session/agents.ts';
import { INTERPRETERS } from '../../src/core/session/process.ts';
import { BEING_MADE } from '../../src/core/trees/lock-reason.ts';

/**
 * Returns dist/facts.sh: what the shell scripts know of agents, limits, formats, commands and questions to git. The scripts
 * source it, so that each of these is written in src alone.
 */
export function shellFacts(): string {
  return [
    '# Written by build/start/facts.ts. bin/git-claim, bin/heartbeat.sh and githooks/claim.sh source it.',
    ...variables(),
    ...stateTest(),
    ...agentsTold(),
    ...agentVariableTest(),
    ...processTests(),
    ...commandTests(),
    ...questionsAsked(),
    '',
  ].join('\n');
}

function variables(): string[] {
  const values = {
    node_needed: packageJson.engines.node.replace('>=', ''),
    claim_refs: DEFAULT_REF_PREFIX,
    path_refs: PATH_REFS,
    known_records: KNOWN_FILE,
    // '<oid> <ref> State: active Generation: 4 Session: ... Session-Key: ... [Anchor: ...] ... '
    claim_row: `%(objectname) %(refname) %(contents:trailers:${HOOK_KEYS.map((key) => `key=${key},`).join('')}separator= ) `,
    // A line of front matter, as git greps for it; the first letter of the key may be upper case.
    status_line: `^["[:space:]]*(${STATUS_KEYS.map(eitherCase).join('|')})["[:space:]]*:`,
    // The last line of each file of rows, without which it is not whole. No row is like it.
    rows_whole: ROWS_WHOLE,
    being_made: BEING_MADE,
    refused: exitCodeOf('collision'),
    polls_a_beat: POLLS_A_BEAT,
    repeated_seconds: REPEATED_MS / 1000,
    many_gone: MANY_GONE,
    // A pattern that fits so many lines at least.
    many_lines: Array(MANY_GONE).fill('*').join('\n'),
  };
  return Object.entries(values).map(([name, value]) => `${name}=${quoted(String(value))}`);
}

function stateTest(): string[] {
  const patterns = LIVE_STATES.map((state) => `*${quoted(` State: ${state} `)}*`);
  const words = LIVE_STATES.map((state) => `-e ${quoted(` State: ${state} `)}`);
  return [
    ...shellFunction('is_live', '<claims, a row each>: whether one of them is held', [
      `case $1 in ${patterns.join(' | ')}) ;; *) false ;; esac`,
    ]),
    ...shellFunction('live_rows', '[-v]: prints the rows that it reads of claims that are held, or the others', [
      `grep -F "$@" ${words.join(' ')}`,
    ]),
  ];
}

function agentsTold(): string[] {
  const lines = KNOWN_AGENTS.flatMap(({ name, ids, presence, isNameless }) => {
    if (ids.length + presence.length === 0) return [];
    const says = `says ${quoted(name)} "${firstSet(ids)}"`;
    const ifAlone = isNameless ? '[ -n "$me$agent" ] || ' : '';
    const signs = presence.map((sign) => sign.split('=') as [variable: string, value?: string]);
    const plain = signs.flatMap(([variable, value]) => (value === undefined ? [` "${firstSet([variable])}"`] : []));
    const valued = signs.flatMap(([variable, value]) =>
      value === undefined ? [] : [`[ "${firstSet([variable])}" != ${quoted(value)} ] || ${says} 1`],
    );
    const first = ids.length + plain.length === 0 ? [] : [`${ifAlone}${says}${plain.join('')}`];
    return [...first, ...valued];
  });
  return shellFunction('tell_agents', 'calls `says` for each agent, with what the environment says of it', lines);
}

function agentVariableTest(): string[] {
  const names = KNOWN_AGENTS.flatMap(variablesOf);
  return shellFunction('is_of_agent', '<variable>: whether an agent is known by it', [
    `case $1 in ${[...new Set(names)].join(' | ')}) ;; *) false ;; esac`,
  ]);
}

/** What a process is by its name, or by the path of its script. */
function processTests(): string[] {
  const agents = KNOWN_AGENTS.flatMap(({ name, processes, folder }) => {
    const found = `found_agent=${quoted(name)} ;;`;
    return [
      { name: processes.length === 0 ? null : `${processes.map(quoted).join(' | ')}) ${found}` },
      { folder: folder === undefined ? null : `*${quoted(`/node_modules/${folder}/`)}*) ${found}` },
    ];
  });
  const within = (lines: readonly string[]) => ['case $1 in', ...lines.map((line) => `  ${line}`), '  *) false ;;', 'esac'];
  const hosts = TERMINAL_HOSTS.flatMap((name) => [quoted(name), `${quoted(`${name}: `)}*`]);
  // The kernel shows this name for the main thread of newer Nodes.
  const interpreters = [...INTERPRETERS.map((name) => `${quoted(name)}*`), quoted('MainThread')];
  return [
    ...shellFunction(
      'find_agent',
      '<name of a process>: sets `found_agent` to the agent that it is, and fails if it is none',
      within(agents.flatMap(({ name }) => name ?? [])),
    ),
    ...shellFunction(
      'find_agent_of',
      '<path of a script>: the same, by the folder',
      within(agents.flatMap(({ folder }) => folder ?? [])),
    ),
    ...shellFunction('may_be_known', '<command line>: whether a word of it may be the name of an agent or of a terminal host', [
      `case $1 in ${[...KNOWN_AGENTS.flatMap(signsOf), ...TERMINAL_HOSTS.flatMap(beginnings)].join(' | ')}) ;; *) false ;; esac`,
    ]),
    ...shellFunction('begins_terminals', '<name of a process>: whether terminals begin at it', [
      `case $1 in ${hosts.join(' | ')}) ;; *) false ;; esac`,
    ]),
    ...shellFunction('is_interpreter', '<name of a process>: whether it may run a script', [
      `case $1 in ${interpreters.join(' | ')}) ;; *) false ;; esac`,
    ]),
  ];
}

function signsOf({ processes, folder }: KnownAgent): string[] {
  const names = processes.flatMap(beginnings);
  return folder === undefined ? names : [...names, `*${quoted(`/node_modules/${folder}/`)}*`];
}

/** The patterns of a text in which a path's last part, or the first word, may be this name. */
function beginnings(name: string): string[] {
  return [`${quoted(name)}*`, `*${quoted(`/${name}`)}*`];
}

function commandTests(): string[] {
  const commands = Object.entries(COMMANDS);
  const asked = commands.flatMap(([name, { ahead }]) => (ahead === undefined ? [] : [[name, ahead] as const]));
  const lasting = commands.filter(([, { lasts }]) => lasts === true).map(([name]) => name);
  const lastingWith = commands.flatMap(([name, { lasts }]) => (typeof lasts === 'string' ? [`'${name} '*'${lasts} '*`] : []));
  return [
    ...shellFunction('find_question', '<word>: sets `question` to what the command of that name asks git first', [
      'case $1 in',
      ...asked.map(([word, question]) => `  ${word}) question=${question} ;;`),
      '  *) question= ;;',
      'esac',
    ]),
    ...shellFunction('is_lasting', '<word>...: whether that command line may last for hours', [
      `case "$* " in ${[...lasting.map((name) => `'${name} '*`), ...lastingWith].join(' | ')}) ;; *) false ;; esac`,
    ]),
  ];
}

/** `ask_<name>` asks git one question, as the adapters do. */
function questionsAsked(): string[] {
  const settings = Object.entries(ALWAYS).map(([name, value]) => `${name}=${quoted(value)}`);
  const asking = (call: readonly string[]) => [...settings, 'git', ...call.map(quoted)].join(' ');
  return Object.entries(QUESTIONS).flatMap(([name, call]) =>
    shellFunction(`ask_${name}`, null, name === 'names' ? [unlessKept(asking(call()))] : [asking(call())]),
  );
}

/** A board that is newer than packed-refs needs no listing. The script has set `common` to the common directory. */
function unlessKept(listing: string): string {
  return `if [ "$common/${BOARD_FILE}" -nt "$common/packed-refs" ]; then echo ${quoted(NOT_LISTED)}; else ${listing}; fi`;
}

function shellFunction(name: string, comment: string | null, lines: readonly string[]): string[] {
  return [...(comment === null ? [] : [`# ${name} ${comment}`]), `${name}() {`, ...lines.map((line) => `  ${line}`), '}'];
}

function eitherCase(word: string): string {
  return `[${word.charAt(0).toUpperCase()}${word.charAt(0)}]${word.slice(1)}`;
}

/** The value of the first of these variables that is set to anything. */
function firstSet([name, ...others]: readonly string[]): string {
  if (name === undefined) return '';
  return others.length === 0 ? `\${${name}-}` : `\${${name}:-${firstSet(others)}}`;
}

/** @throws Error for a variable that a script could not safely name */
function variablesOf({ name, ids, presence }: KnownAgent): string[] {
  const variables = [...ids, ...presence.map((sign) => sign.split('=', 1)[0] as string)];
  const bad = variables.find((variable) => !/^[A-Z_][A-Z0-9_]*$/.test(variable));
  if (bad !== undefined) throw new Error(`agent ${name}: ${bad} is no name of a variable`);
  return variables;
}
