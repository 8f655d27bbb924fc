'use strict';
// Runs the bundled command line from its V8 code caches: compiling would take a third of the start. The bundle is in layers (see
// build/start/command-line.mjs), so that a command does not pay for modules that only others use.

const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const dist = path.join(__dirname, '..', 'dist');
const BUNDLE = path.join(dist, 'git-claim.script.js');
const MAIN = 'src/cli/main.ts';

// The build loads this file too, to write the caches.
if (require.main === module) main();
else module.exports = { BUNDLE, MAIN, openLayers, writeCache };

function main() {
  restore('NODE_EXTRA_CA_CERTS');
  restore('NODE_OPTIONS');
  const [ahead, ...words] = process.argv.slice(2);
  const layer = openLayers(BUNDLE, ({ cache, script }) => process.once('exit', () => writeCache(cache, script)));
  layer(0)
    [MAIN]()
    .main(words, ahead ? Number(ahead) : null)
    // Everything is written. An orderly end of Node would take a millisecond.
    .then((code) => process.exit(code));
}

/** bin/git-claim hid the variable from this process only. Commands, hooks and editors that we start want it. */
function restore(name) {
  const value = process.env[`GIT_CLAIM_${name}`];
  if (value === undefined) return;
  process.env[name] = value;
  delete process.env[`GIT_CLAIM_${name}`];
}

/**
 * Returns a function that loads a layer by its number, once, and returns its table of modules.
 * The file is read whole, because another version may replace it while this process runs.
 *
 * @param uncached called with each layer that was compiled without a cache
 */
function openLayers(bundle, uncached) {
  const text = fs.readFileSync(bundle);
  const spans = spansOf(text);
  const loaded = [];
  const layer = (number) => (loaded[number] ??= load(number));
  const load = (number) => {
    const { hash, from, to } = spans[number];
    const cache = path.join(path.dirname(bundle), cacheName(hash));
    const cachedData = readIfPresent(cache);
    const script = new vm.Script(text.latin1Slice(from, to), { filename: bundle, cachedData });
    const module = { exports: {} };
    script.runInThisContext()(require, module, bundle, dist, layer);
    if (cachedData === undefined) uncached({ number, cache, script });
    return module.exports;
  };
  return layer;
}

/** Returns where each layer is, from the last line: `// <hash>:<length> ...` */
function spansOf(text) {
  const line = text.latin1Slice(text.lastIndexOf('\n//') + '\n// '.length, text.length - 1);
  const spans = [];
  for (const span of line.split(' ')) {
    const [hash, length] = span.split(':');
    const from = spans.at(-1)?.to ?? 0;
    spans.push({ hash, from, to: from + Number(length) });
  }
  return spans;
}

/**
 * Returns the name of a cache. It has the hash of the source, because V8 refuses a cache of another version or other flags, but
 * tells sources apart by their length only.
 */
function cacheName(hash) {
  return `git-claim.${hash}.${process.version}-${process.arch}.cache`;
}

function readIfPresent(file) {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Writes whole or not at all. An installation that may not be written to works without a cache. */
function writeCache(file, script) {
  const temporary = `${file}.${process.pid}`;
  try {
    fs.accessSync(path.dirname(file), fs.constants.W_OK);
    fs.writeFileSync(temporary, script.createCachedData());
    fs.renameSync(temporary, file);
  } catch {
    fs.rmSync(temporary, { force: true });
  }
}
