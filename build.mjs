// Builds dist: the command line as one file with a V8 code cache beside it, the library, and its types.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const root = import.meta.dirname;
const dist = join(root, 'dist');
const common = { absWorkingDir: root, bundle: true, platform: 'node', target: 'node20.12', write: false, logLevel: 'warning' };

// `npm install -g .` runs this in a fresh clone whose dependencies it has not installed; `npm ci` then comes back here.
if (!existsSync(join(root, 'node_modules/esbuild'))) {
  const env = { ...process.env, npm_config_global: 'false', npm_config_prefix: undefined, npm_config_local_prefix: root };
  execFileSync('npm', ['ci', '--include=dev'], { cwd: root, stdio: 'inherit', env });
  process.exit();
}

const { build } = await import('esbuild');

/**
 * What is imported where every command passes, and used by few: each is loaded by its first use. These are the modules of Node that take long
 * (child_process a tenth of the time that an empty Node takes), and the adapters that src/wire.ts knows.
 */
const lazyModules = {
  name: 'lazy-modules',
  setup(build) {
    const loadedByUse = (path, names) => ({
      contents: `for (const name of ${JSON.stringify(names)})
        Object.defineProperty(exports, name, { enumerable: true, get: () => require(${JSON.stringify(path)})[name] });`,
      resolveDir: root,
    });
    build.onResolve({ filter: /^node:(?:child_process|os|timers\/promises)$/ }, ({ path, namespace }) =>
      namespace === 'lazy-node' ? { path, external: true } : { path, namespace: 'lazy-node' },
    );
    build.onLoad({ filter: /.*/, namespace: 'lazy-node' }, async ({ path }) =>
      loadedByUse(path, Object.keys((await import(path)).default)),
    );
    build.onResolve({ filter: /^\.\/adapters\// }, ({ path, importer }) =>
      importer === join(root, 'src/wire.ts') ? { path: join(root, 'src', path), namespace: 'lazy-adapter' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'lazy-adapter' }, async ({ path }) => loadedByUse(path, await exportsOf(path)));
  },
};

async function exportsOf(path) {
  const { metafile } = await build({ entryPoints: [path], format: 'esm', write: false, metafile: true });
  return Object.values(metafile.outputs)[0].exports;
}

/** Puts better-sqlite3's own JavaScript, if it is installed, in the place of src/adapters/sqlite/bundled-module.ts. */
const bundledSqlite = {
  name: 'bundled-sqlite',
  setup(build) {
    const folder = join(root, 'node_modules/better-sqlite3');
    if (!existsSync(folder)) return;
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    build.onLoad({ filter: /bundled-module\.ts$/ }, () => ({
      contents: `export const BUNDLED_VERSION = '${version}';
        export const bundledModule = () => require(${JSON.stringify(join(folder, 'lib/index.js'))});
        export const ownRequire = require;`,
      resolveDir: root,
      loader: 'js',
    }));
  },
};

/** Leaves out all commands but these: bin/start.cjs runs what else there is from another bundle. */
const only = (commands) => ({
  name: 'only',
  setup(build) {
    build.onResolve({ filter: /^\.\/commands\// }, ({ path, importer }) => {
      const isLeftOut = importer.endsWith('cli/commands.ts') && !commands.includes(basename(path, '.ts'));
      return isLeftOut ? { path, namespace: 'left-out' } : undefined;
    });
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({ contents: `throw new Error('${path} is left out')` }));
  },
});

const { WHOLE, PARTS } = createRequire(import.meta.url)('./bin/start.cjs');

/** What each bundle runs before its cache is made, in the order of this list. */
const WARM_UP = [
  ['git-claim-own', ['--no-worktree B-1', 'status B-1', 'list --json', 'release B-1', '--no-worktree B-1', 'status --json']],
  ['git-claim-look', ['status', 'list']],
  [WHOLE, ['log']],
];

mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist)) if (name.includes('.cache')) rmSync(join(dist, name));
await buildCommandLine(WHOLE, []);
for (const [name, commands] of Object.entries(PARTS)) await buildCommandLine(name, [only(commands)]);
warmUpCodeCaches();
if (existsSync(join(root, 'src/index.ts'))) {
  await buildLibrary();
  buildTypes();
}

async function buildCommandLine(name, plugins) {
  const code = await bundle({
    entryPoints: ['src/cli/main.ts'],
    format: 'cjs',
    external: ['better-sqlite3', 'simple-git'],
    plugins: [bundledSqlite, lazyModules, ...plugins],
    // Long names would cost a millisecond of every start.
    minify: true,
    // What is left is no module but an expression, which bin/start.cjs need not copy into another string to wrap it.
    banner: { js: '(function(require,module,__filename,__dirname){' },
    footer: { js: '})' },
    // A script that comes from a code cache has no dynamic import: what is external is required instead.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  });
  // esbuild escapes all but regular expressions and comments; ASCII alone is a string that V8 neither decodes nor widens.
  const ascii = code.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  // bin/start.cjs names the cache by this last line.
  writeWhole(`${name}.script.js`, `${ascii}// ${createHash('sha256').update(ascii).digest('hex').slice(0, 16)}\n`);
}

async function buildLibrary() {
  writeWhole('index.js', await bundle({ entryPoints: ['src/index.ts'], format: 'esm', packages: 'external' }));
}

function buildTypes() {
  rmSync(join(dist, 'lib'), { recursive: true, force: true });
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['--project', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
}

/** A cache holds every function that was compiled when it was made: so after a run of each common command. */
function warmUpCodeCaches() {
  const repository = mkdtempSync(join(tmpdir(), 'git-claim-build-'));
  const env = { PATH: process.env.PATH, HOME: repository, GIT_CLAIM_SESSION: 'build' };
  const git = (...args) => execFileSync('git', args, { cwd: repository, env });
  git('init', '--quiet');
  git('-c', 'user.name=build', '-c', 'user.email=build', 'commit', '--quiet', '--allow-empty', '--message=first');
  // What bin/git-claim leaves on its descriptor for Node is kept instead.
  writeFileSync(join(repository, 'node'), `#!/bin/sh\n[ -z "$2" ] || cat <&"$2" >'${repository}/ahead'\n`, { mode: 0o755 });
  const warmed = spawnSync(process.execPath, ['-e', warmUpProgram(), join(root, 'bin')], {
    cwd: repository,
    env,
    encoding: 'utf8',
  });
  rmSync(repository, { recursive: true });
  if (warmed.status !== 0) throw new Error(`the built command line does not run: ${warmed.stderr}`);
}

/** One process, for each bundle one script that has compiled everything; what the commands print is of no use. */
function warmUpProgram() {
  return `
  const { execFileSync } = require('child_process');
  const fs = require('fs');
  const bin = process.argv[1];
  const { loadBundle, writeCache } = require(bin + '/start.cjs');
  const warmUp = async (name, lines) => {
    const { exports, script, cache } = loadBundle(name);
    for (const words of lines) {
      const args = words.split(' ');
      execFileSync(bin + '/git-claim', args, { env: { ...process.env, PATH: process.cwd() + ':' + process.env.PATH } });
      const code = await exports.run(args, fs.existsSync('ahead') ? fs.openSync('ahead') : null);
      if (code !== 0) throw new Error(words + ' ends with ' + code);
    }
    writeCache(cache, script);
  };
  (async () => {
    for (const [name, lines] of ${JSON.stringify(WARM_UP)}) await warmUp(name, lines);
  })().catch((error) => { console.error(error); process.exitCode = 1; });
`;
}

async function bundle(options) {
  const { outputFiles, warnings } = await build({ ...common, ...options });
  if (warnings.length > 0) process.exit(1);
  return outputFiles[0].text;
}

/** By rename: a command that runs meanwhile sees the old file or the new one. */
function writeWhole(name, text) {
  const draft = join(dist, `${name}.${process.pid}`);
  writeFileSync(draft, text);
  renameSync(draft, join(dist, name));
}
