import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bundle, ROOT, writeWhole } from './bundle.mjs';

/** What the value of an option is, by its name in the help; others are free text. */
const VALUES = { order: 'orders', session: 'sessions', base: 'revisions', path: 'files', mode: 'modes' };

/** Writes the scripts that complete `git claim` in shells to dist/completion: they hold the commands, so a Tab starts no Node. */
export async function buildCompletion() {
  const folder = join(ROOT, 'dist/completion');
  mkdirSync(folder, { recursive: true });
  const facts = await loadFacts();
  const scripts = { 'git-claim.bash': bashParts, '_git-claim': zshParts, 'git-claim.fish': fishParts };
  for (const [name, parts] of Object.entries(scripts)) writeWhole(join(folder, name), filled(name, parts(facts)));
}

/** Loads the source's own tables. */
async function loadFacts() {
  const { texts } = await bundle({
    entryPoints: ['build/completion/facts.ts'],
    format: 'cjs',
    packages: 'external',
    // Nothing that is run by declaring commands asks where it lies.
    define: { 'import.meta.dirname': 'undefined' },
  });
  const module = { exports: {} };
  new Function('module', 'require', texts[0])(module, createRequire(import.meta.url));
  const { COMMANDS, COMMON, HELP, MODES, DEFAULT_REF_PREFIX, DEFAULT_ID_PATTERN, DEFAULT_ORDERS } = module.exports;
  const commands = [];
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const { operands, options } = await load();
    commands.push({ name, summary, operands: operandsOf(operands), options: options.map(optionOf) });
  }
  const common = [...COMMON, HELP].flatMap(([flags, does]) => flags.split(', ').map((flag) => optionOf([flag, does])));
  const takers = new Map();
  for (const { flag, value } of [...common, ...commands.flatMap(({ options }) => options)]) {
    // A word behind an option can only be told from a command where this is so.
    if ((takers.get(flag) ?? value) !== value) throw new Error(`${flag} takes a value of several kinds`);
    takers.set(flag, value);
  }
  const ids = filled('ids.sh', {
    refPrefix: DEFAULT_REF_PREFIX,
    idPattern: DEFAULT_ID_PATTERN.source.replaceAll('\\', '\\\\'),
    orders: DEFAULT_ORDERS,
  });
  return { commands, common, modes: MODES, ids, takers: [...takers].filter(([, value]) => value !== null) };
}

/** Reads the operands of a command, in git's notation, as far as a shell can complete them. */
function operandsOf(text) {
  if (text.includes(' -- ')) return { kind: 'program' };
  const words = text.match(/(?<![<"\w-])[a-z][a-z-]*(?![>"\w-])/g);
  if (words !== null) {
    const heads = text.matchAll(/(?:\(([a-z-]+(?:\|[a-z-]+)*)\)|([a-z-]+)) <order>/g);
    return { kind: 'words', words, ordered: Array.from(heads, ([, several, one]) => (several ?? one).split('|')).flat() };
  }
  if (text.includes('<order>')) return { kind: text.includes('...') ? 'orders' : 'order' };
  if (text.includes('<path>')) return { kind: 'files' };
  if (text === '[<range>]') return { kind: 'revision' };
  if (text === '' || text === '"<text>"') return { kind: 'none' };
  throw new Error(`no shell can complete ${text}`);
}

/** Reads an option as it is declared: `--on <base>`, `--path <path>...`. */
function optionOf([flags, does]) {
  const [flag, value = null] = flags.split(/[ .]+/);
  const name = value?.slice(1, -1) ?? null;
  return { flag, does, name, value: name === null ? null : (VALUES[name] ?? 'text'), isRepeated: flags.endsWith('...') };
}

function bashParts({ commands, common, modes, ids, takers }) {
  const kind = (value) => (value === 'modes' ? `'words ${modes.join(' ')}'` : value);
  return {
    commands: commands.map(({ name }) => name).join(' '),
    common: common.map(({ flag }) => flag).join(' '),
    values: takers.map(([flag, value]) => `    ${flag}) kind=${kind(value)} ;;`).join('\n'),
    table: commands
      .map(({ name, options, operands }) => {
        const choices =
          operands.kind === 'words' ? ` choices='${operands.words.join(' ')}' ordered='${operands.ordered.join(' ')}'` : '';
        return `    ${name}) options='${options.map(({ flag }) => flag).join(' ')}' operands=${operands.kind}${choices} ;;`;
      })
      .join('\n'),
    ids: quoted(ids),
  };
}

function zshParts({ commands, common, modes, ids, takers }) {
  const actions = {
    orders: '__git-claim-ids orders',
    sessions: '__git-claim-ids sessions',
    revisions: '__git-claim-ids revisions',
  };
  const action = (value) => ({ ...actions, files: '_files', modes: `(${modes.join(' ')})` })[value] ?? ' ';
  const option = ({ flag, does, name, value, isRepeated }) => {
    const head = `${isRepeated ? '*' : ''}${flag}${value === null ? '' : flag.startsWith('--') ? '=' : '+'}`;
    return quoted(`${head}[${does.replace(/[[\]\\]/g, '\\$&')}]${value === null ? '' : `:${name}:${action(value)}`}`);
  };
  const operands = {
    none: () => [],
    order: () => [`1:order:${actions.orders}`],
    orders: () => [`*:order:${actions.orders}`],
    files: () => ['*:path:_files'],
    revision: () => [`1:range:${actions.revisions}`],
    program: () => [`1:order:${actions.orders}`],
    words: ({ words, ordered }) => [
      `1:command:(${words.join(' ')})`,
      ...(ordered.length === 0 ? [] : [`2:order:__git-claim-order-after ${ordered.join('\\ ')}`]),
    ],
  };
  return {
    commands: commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n'),
    values: takers.map(([flag]) => flag).join('|'),
    programs: commands.flatMap(({ name, operands: { kind } }) => (kind === 'program' ? name : [])).join('|'),
    common: common.map((one) => `    ${option(one)}`).join('\n'),
    table: commands
      .map(({ name, options, operands: its }) => {
        const specs = [...options.map(option), ...operands[its.kind](its).map(quoted)];
        return `    (${name}) specs=(\n${specs.map((spec) => `      ${spec}\n`).join('')}    ) ;;`;
      })
      .join('\n'),
    ids: quoted(ids),
  };
}

function fishParts({ commands, common, modes, ids, takers }) {
  const values = { text: ' -x', files: ' -r -F', modes: ` -x -a '${modes.join(' ')}'` };
  for (const what of ['orders', 'sessions', 'revisions']) values[what] = ` -x -a '(__git_claim_ids ${what})'`;
  const line = (condition, rest) => `complete -c git-claim${condition === null ? '' : ` -n '${condition}'`}${rest}`;
  const option = ({ flag, does, value }) =>
    ` ${flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`}${values[value] ?? ''} -d ${fishQuoted(does)}`;
  const orders = ` -a '(__git_claim_ids orders)'`;
  const operands = {
    none: () => [],
    order: (name) => [line(`__git_claim_after 0 ${name}`, orders)],
    orders: (name) => [line(`__git_claim_in ${name}`, orders)],
    files: (name) => [line(`__git_claim_in ${name}`, ' -F')],
    revision: (name) => [line(`__git_claim_after 0 ${name}`, ` -a '(__git_claim_ids revisions)'`)],
    program: (name) => [
      line(`__git_claim_after 0 ${name}`, orders),
      line(`__git_claim_in ${name}; and __git_claim_has_dashes`, ` -a '(__git_claim_program)'`),
    ],
    words: (name, { words, ordered }) => [
      line(`__git_claim_after 0 ${name}`, ` -a '${words.join(' ')}'`),
      ...ordered.map((word) => line(`__git_claim_after 1 ${name}; and contains -- ${word} (__git_claim_typed)`, orders)),
    ],
  };
  const table = commands.flatMap(({ name, summary, options, operands: its }) => [
    line('not count (__git_claim_typed) >/dev/null', ` -a ${name} -d ${fishQuoted(summary)}`),
    ...options.map((one) => line(`__git_claim_in ${name}`, option(one))),
    ...operands[its.kind](name, its),
  ]);
  return {
    commands: commands.map(({ name }) => name).join(' '),
    values: takers.map(([flag]) => flag).join(' '),
    table: [...common.map((one) => line(null, option(one))), ...table].join('\n'),
    ids: fishQuoted(ids),
  };
}

/** Returns a template of build/completion with its `@parts@` in their places. */
function filled(name, parts) {
  const template = readFileSync(join(import.meta.dirname, 'completion', name), 'utf8');
  return template.replace(/@([a-zA-Z]+)@/g, (_, part) => parts[part]);
}

/** As one word of bash, zsh and sh. */
function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function fishQuoted(text) {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
