'use strict';
// Runs the bundled command line from its V8 code caches: a third of the start of a large bundle is compiling it. It comes in layers (see
// build/command-line.mjs), so that a command does not pay for what only others use.

const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const dist = path.join(__dirname, '..', 'dist');
const BUNDLE = path.join(dist, 'git-claim.script.js');
const MAIN = 'src/cli/main.ts';

// The build loads this file too, to leave the caches behind.
if (require.main === module) main();
else module.exports = { BUNDLE, MAIN, openLayers, writeCache };

function main() {
  restoreExtraCertificates();
  const [ahead, ...words] = process.argv.slice(2);
  const layer = openLayers(BUNDLE, ({ cache, script }) => process.once('exit', () => writeCache(cache, script)));
  layer(0)
    [MAIN]()
    .main(words, ahead ? Number(ahead) : null)
    // Everything is written: taking Node apart in order would cost a millisecond.
    .then((code) => process.exit(code));
}

/** The sh shim hid them from this process only; commands, hooks and editors that we start want them. */
function restoreExtraCertificates() {
  const certificates = process.env.GIT_CLAIM_NODE_EXTRA_CA_CERTS;
  if (certificates === undefined) return;
  process.env.NODE_EXTRA_CA_CERTS = certificates;
  delete process.env.GIT_CLAIM_NODE_EXTRA_CA_CERTS;
}

/**
 * Returns what gives a layer's table of modules by its number, and loads it before.
 * The file is read whole: while this process runs, another version may take its place.
 *
 * @param uncached told of each layer that was compiled without a cache
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

/** From the last line: `// <hash>:<length> ...` */
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
 * V8 itself refuses a cache of another version or other flags, but tells sources apart by their length only:
 * so the name carries the hash of the source.
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

/** Best effort, and whole or not at all: an installation that may not be written to goes on without a cache. */
function writeCache(file, script) {
  const draft = `${file}.${process.pid}`;
  try {
    fs.accessSync(path.dirname(file), fs.constants.W_OK);
    fs.writeFileSync(draft, script.createCachedData());
    fs.renameSync(draft, file);
  } catch {
    fs.rmSync(draft, { force: true });
  }
}
