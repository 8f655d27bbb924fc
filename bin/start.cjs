'use strict';
// Runs the bundled command line from its V8 code cache: a third of the start of a large bundle is compiling it. What is not in a bundle costs
// nothing, so the common commands have smaller ones of their own.

const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const dist = path.join(__dirname, '..', 'dist');
const WHOLE = 'git-claim';
/** The bundles with a part of the commands only, and what they have. */
const PARTS = {
  'git-claim-look': ['status', 'list'],
  'git-claim-own': ['claim', 'status', 'list', 'renew', 'release', 'complete', 'abandon', 'block', 'unblock', 'heartbeat'],
};

// The build loads this file too, to leave the caches behind.
if (require.main === module) main();
else module.exports = { WHOLE, PARTS, bundleFor, loadBundle, writeCache };

function main() {
  restoreExtraCertificates();
  const [ahead, ...words] = process.argv.slice(2);
  const { exports, script, cache, hasCache } = loadBundle(bundleFor(words));
  if (!hasCache) process.once('exit', () => writeCache(cache, script));
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

/** Returns the smallest bundle that has the command, whatever the words turn out to mean: no command is named by a word that is not all small letters. */
function bundleFor(words) {
  if (words.length === 0 || (words.length === 1 && ['status', 'list', '--version'].includes(words[0]))) return 'git-claim-look';
  const isOwn = (word) => PARTS['git-claim-own'].includes(word) || !/^(?:[a-z][a-z-]*|-h|--help)$/.test(word);
  return words.every(isOwn) ? 'git-claim-own' : WHOLE;
}

/** As `require(bundle)`, but `require` takes no code cache. The whole one stands for a part that is missing. */
function loadBundle(name) {
  const bundle = path.join(dist, `${name}.script.js`);
  const source = name === WHOLE ? fs.readFileSync(bundle, 'latin1') : readIfPresent(bundle, 'latin1');
  if (source === undefined) return loadBundle(WHOLE);
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

function readIfPresent(file, encoding) {
  try {
    return fs.readFileSync(file, encoding);
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
