// What `npm run lint` asks of the source besides style, types and dead code: no circles, one name for one thing, comments that
// fit the page.
//   node build/house.mjs     prints a line for each complaint, and exits with 1 if there is one

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Columns of a line with a comment, indentation included; the formatter keeps code within the same. */
const COLUMNS_MAX = 130;

/** The folders of core, lowest first: imports go down. */
const CORE_FLOORS = [
  'failures',
  'session',
  'record',
  'liveness',
  'claim',
  'paths',
  'trees',
  'orders',
  'check',
  'guard',
  'install',
  'settings',
  'verify',
  'doctor',
];

const SCRIPTS = /\.(?:ts|mjs|cjs|sh|bash|fish)$|\/_git-claim$|^(?:bin|githooks|\.ci)\//;

/** The public face gives some things the names that their callers know. */
const FACE = 'src/index.ts';

if (import.meta.filename === process.argv[1]) {
  const root = join(import.meta.dirname, '..');
  const paths = execFileSync('git', ['ls-files', '-zco', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).split('\0');
  const files = paths
    .filter((path) => SCRIPTS.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  const sources = files.filter(({ path }) => path.startsWith('src/'));
  const complaints = [...circles(sources), ...climbs(sources), ...sharedNames(sources), ...files.flatMap(wideComments)];
  for (const line of complaints) console.error(line);
  process.exit(complaints.length === 0 ? 0 : 1);
}

/**
 * Finds circles of imports, types included. In every folder, its files and subfolders must not lead back to themselves, so no two
 * files or folders anywhere import each other, directly or not.
 *
 * @param sources `{ path, text }[]`, paths relative to the package
 * @returns a line for each circle, with an import for each step of it
 */
export function circles(sources) {
  const levels = new Map();
  for (const { from, to } of importsIn(sources)) {
    const [ours, theirs] = [from.split('/'), to.split('/')];
    const depth = ours.findIndex((name, at) => name !== theirs[at]);
    if (depth < 0) continue;
    const steps = valueIn(valueIn(levels, ours.slice(0, depth).join('/')), ours[depth]);
    if (!steps.has(theirs[depth])) steps.set(theirs[depth], `${from} -> ${to}`);
  }
  return [...levels].flatMap(([folder, graph]) => {
    const circle = circleIn(graph);
    return circle === null ? [] : [`circle in ${folder}: ${circle.join(', ')}`];
  });
}

/** Finds imports within core that go up, from a lower floor to a higher one. */
export function climbs(sources) {
  const floorOf = (path) => CORE_FLOORS.indexOf(/^src\/core\/([^/]+)\//.exec(path)?.[1]);
  const isUp = ({ from, to }) => floorOf(from) >= 0 && floorOf(to) > floorOf(from);
  return importsIn(sources)
    .filter(isUp)
    .map(({ from, to }) => `import that goes up: ${from} -> ${to}`);
}

/** Finds names that two files export. */
export function sharedNames(sources) {
  const listed = /^export (?:type )?\{([^}]*)\}/gm;
  const declared = /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|let|type|class|interface) (\w+)/gm;
  const homes = new Map();
  for (const { path, text } of sources.filter(({ path }) => path !== FACE)) {
    for (const [, name] of text.matchAll(declared)) valueIn(homes, name).set(path, true);
    for (const [, names] of text.matchAll(listed))
      for (const name of names.split(','))
        if (name.trim() !== '') valueIn(homes, name.trim().split(/\s+/).at(-1)).set(path, true);
  }
  return [...homes].flatMap(([name, paths]) =>
    paths.size < 2 ? [] : [`one name for two things: ${name} in ${[...paths.keys()].join(' and ')}`],
  );
}

/** Finds lines of comments that are too wide to be read beside other things. */
export function wideComments({ path, text }) {
  const isComment = /\.(?:ts|mjs|cjs)$/.test(path) ? /^\s*(?:\*|\/[/*])|\s\/[/*] |\*\/\s*$/ : /^\s*#|\s# /;
  return text.split('\n').flatMap((line, at) => {
    const columns = [...line].length;
    return columns > COLUMNS_MAX && isComment.test(line) ? [`${path}:${at + 1}: a comment of ${columns} columns`] : [];
  });
}

/** Every import of one file by another, dynamic ones and those of types included. */
function importsIn(sources) {
  return sources.flatMap(({ path: from, text }) =>
    [...text.matchAll(/(?:\bfrom|^import|\bimport\(|\brequire\()\s*'(\.[^']+)'/gm)].map(([, to]) => ({
      from,
      to: normalize(join(dirname(from), to)),
    })),
  );
}

/** Returns the steps of a circle in a graph, or null where it has none. */
function circleIn(graph) {
  const done = new Set();
  const walk = (node, trail) => {
    const start = trail.findIndex(([at]) => at === node);
    if (start >= 0) return trail.slice(start).map(([, step]) => step);
    if (done.has(node)) return null;
    for (const [next, step] of graph.get(node) ?? []) {
      const circle = walk(next, [...trail, [node, step]]);
      if (circle !== null) return circle;
    }
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const circle = walk(node, []);
    if (circle !== null) return circle;
  }
  return null;
}

/** Returns the map that a map has for a key, a new one if it has none. */
function valueIn(map, key) {
  if (!map.has(key)) map.set(key, new Map());
  return map.get(key);
}
