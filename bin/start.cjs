'use strict';
// Runs the bundled command line from its V8 code cache: a third of the start of a large bundle is compiling it.

const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const dist = path.join(__dirname, '..', 'dist');
const bundle = path.join(dist, 'git-claim.script.js');

// The build loads this file too, to leave a cache behind.
if (require.main === module) main();
else module.exports = { loadBundle, writeCache };

function main() {
  restoreExtraCertificates();
  const { exports, script, cache, hasCache } = loadBundle();
  if (!hasCache) process.once('exit', () => writeCache(cache, script));
  const [ahead, ...words] = process.argv.slice(2);
  exports.run(words, ahead ? Number(ahead) : null).then((code) => {
    process.exitCode = code;
  });
}

/** The sh shim hid them from this process only; commands, hooks and editors that we start want them. */
function restoreExtraCertificates() {
  const certificates = process.env.GIT_CLAIM_NODE_EXTRA_CA_CERTS;
  if (certificates === undefined) return;
  process.env.NODE_EXTRA_CA_CERTS = certificates;
  delete process.env.GIT_CLAIM_NODE_EXTRA_CA_CERTS;
}

/** As `require(bundle)`, but `require` takes no code cache. */
function loadBundle() {
  const source = fs.readFileSync(bundle, 'latin1');
  const cache = cacheFile(source);
  const cachedData = readIfPresent(cache);
  const script = new vm.Script(source, { filename: bundle, cachedData });
  const module = { exports: {} };
  script.runInThisContext()(require, module, bundle, dist);
  return { exports: module.exports, script, cache, hasCache: cachedData !== undefined };
}

/**
 * V8 itself refuses a cache of another version or other flags, but tells sources apart by their length only:
 * so the name carries the hash that the build wrote into the last line of the bundle.
 */
function cacheFile(source) {
  const hash = source.slice(source.lastIndexOf(' ') + 1).trim();
  return path.join(dist, `git-claim.${hash}.${process.version}-${process.arch}.cache`);
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
    fs.accessSync(dist, fs.constants.W_OK);
    fs.writeFileSync(draft, script.createCachedData());
    fs.renameSync(draft, file);
  } catch {
    fs.rmSync(draft, { force: true });
  }
}
