import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { runInThisContext } from 'node:vm';
import { bundle, filesIn, ROOT, writeWhole } from '../bundle.mjs';

const require = createRequire(import.meta.url);
const { BUNDLE, MAIN } = require('../../bin/start.cjs');
const FACTS = 'build/start/facts.ts';

/**
 * The layers of the command line. A layer has the modules that its lines use and the lines of no earlier layer do; the last
 * layer has all others too. V8 deserialises the code cache of a whole script, used or not. In layers, `status` does not pay for
 * modules that it does not use, whichever file imports them. A layer is loaded when the first name of a module in it is used.
 */
const ANCHORED = `GIT_CLAIM_ANCHOR=${process.pid}`;
const LAYERS = [
  { before: ['A-1', 'status'], lines: ['status', 'list'] },
  { orders: ['A-1'], before: ['--no-worktree A-1'], lines: ['status', 'list'] },
  { orders: ['A-1'], isLong: true, before: ['A-1'], lines: ['status', 'list'] },
  {
    orders: ['B-1', 'B-2', 'B-3'],
    before: ['--no-worktree A-1', 'status'],
    lines: [
      ...['--no-worktree B-1', 'status B-1', 'list --json', 'release B-1', `${ANCHORED} --no-worktree B-1`, 'status --json'],
      ...['B-2', 'B-1'].map((order) => `GIT_CLAIM_SESSION=other --no-worktree ${order}`),
    ],
  },
  {
    orders: ['C-1'],
    lines: ['C-1', 'renew C-1', 'block C-1 --reason build', 'unblock C-1', 'complete C-1'].map((line) => `${ANCHORED} ${line}`),
  },
  // What reads a repository over HTTP is as large as all the rest. Nobody listens at that port.
  { lines: ['list --remote http://127.0.0.1:1/build'] },
  { orders: ['D-1', 'D-2'], before: ['--no-worktree D-1'], lines: ['next', 'check', 'session start'] },
  { orders: ['E-1'], isRich: true, before: ['--no-worktree E-0'], lines: ['--no-worktree E-1'] },
  { lines: ['--help'] },
];
const LAST = LAYERS.length - 1;
/** So many claims make a long board. */
const LONG = 400;

/**
 * Builds dist/git-claim.script.js with its code caches, and dist/facts.sh.
 *
 * @returns the files of other packages that are in it
 */
export async function buildCommandLine() {
  const dist = dirname(BUNDLE);
  for (const name of readdirSync(dist)) if (name.includes('.cache')) rmSync(join(dist, name));
  const scratch = mkdtempSync(join(tmpdir(), 'git-claim-build-'));
  try {
    const facts = await shellFacts();
    // The shell script runs only beside its facts, and there need not be any in dist yet.
    for (const folder of ['bin', 'dist']) mkdirSync(join(scratch, folder));
    copyFileSync(join(ROOT, 'bin/git-claim'), join(scratch, 'bin/git-claim'));
    writeFileSync(join(scratch, 'dist/facts.sh'), facts);
    const names = await exportedNames();
    const { layerOf, wanted } = await layersOf(names, scratch);
    const scripts = [];
    const inputs = [];
    for (const [number, paths] of wanted.entries()) {
      const { text, metafile } = await script([...paths], [layer(number, layerOf, names)]);
      scripts.push(text);
      inputs.push(...filesIn(metafile));
    }
    writeWhole(BUNDLE, joined(scripts));
    runLines(scratch, BUNDLE, 'cache');
    // Last: the shell scripts know by it that all is built.
    writeWhole(join(dist, 'facts.sh'), facts);
    return inputs;
  } finally {
    // The heartbeat helper of a session that ended with its process may still write there.
    rmSync(scratch, { recursive: true, maxRetries: 10 });
  }
}

async function shellFacts() {
  const { text } = await script([FACTS], []);
  const module = { exports: {} };
  runInThisContext(text)(require, module, BUNDLE, dirname(BUNDLE));
  return module.exports[FACTS]().shellFacts();
}

/** Returns the names that each file of ours exports, and whether all of them are functions. */
async function exportedNames() {
  const entryPoints = readdirSync(join(ROOT, 'src'), { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join('src', name));
  const { texts, metafile } = await bundle({ entryPoints, bundle: false, format: 'esm', outdir: 'dist' });
  const exported = Object.values(metafile.outputs).map(({ entryPoint, exports }, at) => {
    const functions = [...texts[at].matchAll(/^(?:export )?(?:async )?function (\w+)\(/gm)].map(([, name]) => name);
    return [entryPoint, { names: exports, hasFunctionsOnly: exports.every((name) => functions.includes(name)) }];
  });
  return new Map(exported);
}

/** Returns which layer each file is in, and which files of each layer other layers import. */
async function layersOf(names, scratch) {
  const { text, metafile } = await script([MAIN], [noted(names)]);
  const file = join(scratch, 'dist', basename(BUNDLE));
  writeFileSync(file, joined([text]));
  const used = runLines(scratch, file, 'note');
  const layerOf = (path) => {
    const first = used.findIndex((paths) => paths.includes(path));
    return first === -1 ? LAST : first;
  };
  const left = new Set(filesIn(metafile));
  const wanted = LAYERS.map((_, number) => new Set(number === 0 ? [MAIN] : []));
  for (const [importer, { imports }] of Object.entries(metafile.inputs)) {
    if (!isFile(importer)) continue;
    for (const { path } of imports) {
      const imported = path.replace(`${NOTED}:${ROOT}/`, '');
      if (!left.has(path)) continue;
      if (isFile(imported) && layerOf(imported) !== layerOf(importer)) wanted[layerOf(imported)].add(imported);
    }
  }
  return { layerOf, wanted };
}

const NOTED = 'noted';
const isFile = (path) => /^(?:src|node_modules)\/.*\.[cm]?[jt]s$/.test(path);

/** Loads each file of ours when the first of its names is used, and notes every file that is loaded. */
const noted = (names) => ({
  name: NOTED,
  setup(build) {
    build.onResolve({ filter: /^\..*\.ts$/ }, ({ path, importer, namespace }) =>
      namespace === 'file' && importer !== '<stdin>' ? { path: join(dirname(importer), path), namespace: NOTED } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: NOTED }, ({ path }) => {
      const own = relative(ROOT, path);
      const load = `(gitClaimUses.add(${JSON.stringify(own)}), require(${JSON.stringify(path)}))`;
      return { contents: namedByUse(names.get(own).names, load), resolveDir: ROOT };
    });
    build.onLoad({ filter: /\/node_modules\/.*\.m?js$/ }, ({ path }) => ({
      contents: `gitClaimUses.add(${JSON.stringify(relative(ROOT, path))});${readFileSync(path, 'utf8')}`,
    }));
  },
});

/** Asks other layers for the modules that are not in this one. */
const layer = (own, layerOf, names) => ({
  name: 'layer',
  setup(build) {
    build.onResolve({ filter: /.*/ }, async ({ path, importer, namespace, kind, resolveDir, pluginData }) => {
      if (pluginData === 'found' || namespace !== 'file' || importer === '') return undefined;
      const found = await build.resolve(path, { importer, kind, resolveDir, pluginData: 'found' });
      if (found.external || found.namespace !== 'file' || found.path.endsWith('.json')) return found;
      const file = relative(ROOT, found.path);
      return layerOf(file) === own ? found : { path: file, namespace: 'layer' };
    });
    build.onLoad({ filter: /.*/, namespace: 'layer' }, ({ path }) => {
      const there = `layer(${layerOf(path)})[${JSON.stringify(path)}]()`;
      // An earlier layer is loaded already.
      const exported = layerOf(path) > own ? names.get(path) : undefined;
      if (exported === undefined) return { contents: `module.exports = ${there};` };
      if (!exported.hasFunctionsOnly) return { contents: namedByUse(exported.names, there) };
      // Functions cost nothing before they are called.
      return { contents: calledLater(exported.names, there) };
    });
  },
});

/**
 * Loads these modules of Node when they are used: child_process alone takes a tenth of an empty Node, and few commands use it.
 */
const lazyModules = {
  name: 'lazy-modules',
  setup(build) {
    build.onResolve({ filter: /^node:(?:child_process|crypto|os|timers\/promises)$/ }, ({ path, namespace }) =>
      namespace === 'lazy-node' ? { path, external: true } : { path, namespace: 'lazy-node' },
    );
    build.onLoad({ filter: /.*/, namespace: 'lazy-node' }, async ({ path }) => {
      const load = `require(${JSON.stringify(path)})`;
      const names = Object.entries((await import(path)).default).map(([name, value]) => [typeof value, name]);
      const functions = names.flatMap(([type, name]) => (type === 'function' ? [name] : []));
      // esbuild leaves out the values that no module imports.
      const values = names.flatMap(([type, name]) =>
        type === 'function' ? [] : [`export const ${name} = /* @__PURE__ */ (() => ${load}.${name})();`],
      );
      return { contents: `${calledLater(functions, load)}\n${values.join('\n')}`, resolveDir: ROOT };
    });
  },
};

/** Returns a module with the functions of another, which is loaded when the first of them is called. */
function calledLater(names, load) {
  return names.map((name) => `export function ${name}(...args) { return ${load}.${name}(...args); }`).join('\n');
}

/** Returns a module with the names of another, which is loaded when the first of them is used. */
function namedByUse(names, load) {
  return `let loaded;
    for (const name of ${JSON.stringify(names)})
      Object.defineProperty(exports, name, { enumerable: true, get: () => (loaded ??= ${load})[name] });`;
}

/** Replaces src/adapters/sqlite/bundled-module.ts by better-sqlite3's own JavaScript, if it is installed. */
const bundledSqlite = {
  name: 'bundled-sqlite',
  setup(build) {
    const folder = join(ROOT, 'node_modules/better-sqlite3');
    if (!existsSync(folder)) return;
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    build.onLoad({ filter: /bundled-module\.ts$/, namespace: 'file' }, () => ({
      contents: `export const BUNDLED_VERSION = '${version}';
        export const bundledModule = () => require(${JSON.stringify(join(folder, 'lib/index.js'))});
        export const ownRequire = require;`,
      resolveDir: ROOT,
      loader: 'js',
    }));
  },
};

/** Returns a script which makes `module.exports` a table of these files: path -> a function that loads it. */
async function script(paths, plugins) {
  const entries = paths.map((path) => `${JSON.stringify(path)}: () => require(${JSON.stringify(`./${path}`)})`);
  const { texts, metafile } = await bundle({
    stdin: { contents: `module.exports = {${entries.join(',\n')}};`, resolveDir: ROOT },
    format: 'cjs',
    // debug, which simple-git brings along, asks for supports-color and does without it.
    external: ['better-sqlite3', 'supports-color'],
    plugins: [bundledSqlite, lazyModules, ...plugins],
    // Long names would cost a millisecond of every start.
    minify: true,
    // An expression instead of a module: bin/start.cjs need not copy the text into another string to wrap it.
    banner: { js: '(function(require,module,__filename,__dirname,layer){' },
    footer: { js: '})' },
    // A script from a code cache has no dynamic import, so external packages are required.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  });
  // esbuild escapes all but regular expressions and comments. V8 neither decodes nor widens a string that is all ASCII.
  const ascii = texts[0].replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return { text: ascii, metafile };
}

/** One file, so that layers are always of one version. Its last line says where they end: `// <hash>:<length> ...` */
function joined(scripts) {
  const hash = (text) => createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `${scripts.join('')}// ${scripts.map((text) => `${hash(text)}:${text.length}`).join(' ')}\n`;
}

/**
 * Runs the lines of each layer in a process and a repository of their own.
 *
 * @param what `note`: returns the files that the lines of each layer used; `cache`: writes the code cache of each layer, with
 *   every function that its lines compiled
 */
function runLines(scratch, file, what) {
  const said = LAYERS.map(({ before = [], orders = [], isLong = false, isRich = false, lines }, number) => {
    const cwd = repositoryWith(orders, isRich ? RICH : PLAIN, scratch);
    if (before.length > 0) runIn(cwd, scratch, [file, 'nothing', number, scratch, ...before]);
    if (isLong) makeLong(cwd, scratch, () => runIn(cwd, scratch, [file, 'nothing', number, scratch, 'list']));
    // Most branches of claims are packed.
    else execFileSync('git', ['pack-refs', '--all'], { cwd });
    return runIn(cwd, scratch, [file, what, number, scratch, ...lines]);
  });
  return what === 'note' ? said.map((text) => JSON.parse(text.slice(text.lastIndexOf('\n[')))) : [];
}

/** What order files say besides: as most do, and what takes a YAML parser. */
const PLAIN = 'status: ready\n';
const RICH = 'labels: { a: b }\n';

function repositoryWith(orders, fields, scratch) {
  const repository = join(mkdtempSync(join(scratch, 'build-')), 'repository');
  const env = { PATH: process.env.PATH, HOME: scratch };
  const git = (...args) => execFileSync('git', args, { cwd: repository, env });
  mkdirSync(join(repository, 'orders'), { recursive: true });
  git('init', '--quiet');
  git('config', 'user.name', 'build');
  git('config', 'user.email', 'build');
  for (const order of orders)
    writeFileSync(join(repository, 'orders', `${order}.md`), `---\nid: ${order}\ntitle: Build\n${fields}---\n`);
  git('add', '.');
  git('commit', '--quiet', '--allow-empty', '--message=first');
  return repository;
}

/** Adds claims of another session, copies of the first one, packs and lists them, and adds one that nobody has read. */
function makeLong(cwd, scratch, list) {
  const git = (args, input = '') => execFileSync('git', args, { cwd, input, encoding: 'utf8' });
  const record = git(['cat-file', 'tag', 'refs/claims/A-1']);
  const numbers = Array.from({ length: LONG }, (_, at) => at + 2);
  const drafts = numbers.map((number) => {
    const draft = join(scratch, `draft-${number}`);
    const nonce = `Nonce: ${String(number).padStart(32, '0')}`;
    const text = record.replaceAll('A-1', `A-${number}`).replaceAll(/^(Session|Session-Key): .*$/gm, '$1: other');
    writeFileSync(draft, text.replace(/^Nonce: .*$/m, nonce));
    return draft;
  });
  const oids = git(['hash-object', '-t', 'tag', '-w', '--stdin-paths'], drafts.join('\n')).split('\n');
  const refs = numbers.map((number, at) => `create refs/claims/A-${number} ${oids[at]}\n`);
  git(['update-ref', '--stdin'], refs.slice(1).join(''));
  git(['pack-refs', '--all']);
  list();
  git(['update-ref', '--stdin'], refs[0]);
}

function runIn(cwd, scratch, args) {
  const env = { PATH: process.env.PATH, HOME: scratch, GIT_CLAIM_SESSION: 'build' };
  const run = spawnSync(process.execPath, [join(import.meta.dirname, 'run-lines.cjs'), ...args.map(String)], {
    cwd,
    env,
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`the built command line does not run: ${run.stdout}${run.stderr}`);
  return run.stdout;
}
