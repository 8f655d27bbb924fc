// Builds dist: the command line as one file with V8 code caches, the facts for the shell scripts, what shells complete by, the
// library, and its types.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = import.meta.dirname;
const dist = join(root, 'dist');

// `npm install -g .` runs this in a fresh clone without its dependencies; `npm ci` then runs it again.
if (!existsSync(join(root, 'node_modules/esbuild'))) {
  const env = { ...process.env, npm_config_global: 'false', npm_config_prefix: undefined, npm_config_local_prefix: root };
  execFileSync('npm', ['ci', '--include=dev'], { cwd: root, stdio: 'inherit', env });
  process.exit();
}

const { licensesOf } = await import('./build/licenses.mjs');
const { bundle, filesIn, writeWhole } = await import('./build/bundle.mjs');
const { buildCommandLine } = await import('./build/start/command-line.mjs');
const { buildCompletion } = await import('./build/completion.mjs');

mkdirSync(dist, { recursive: true });
await buildCompletion();
const inputs = await buildCommandLine();
if (existsSync(join(root, 'src/index.ts'))) {
  inputs.push(...(await buildLibrary()));
  buildTypes();
}
writeWhole(join(dist, 'LICENSES.txt'), licensesOf(inputs));

async function buildLibrary() {
  // Packages of the older kind require Node's modules, which a module of the newer kind cannot do by itself.
  const banner = { js: "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);" };
  const options = { entryPoints: ['src/index.ts'], format: 'esm', external: ['better-sqlite3'], banner };
  const { texts, metafile } = await bundle(options);
  writeWhole(join(dist, 'index.js'), texts[0]);
  return filesIn(metafile);
}

function buildTypes() {
  rmSync(join(dist, 'lib'), { recursive: true, force: true });
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['--project', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
}
