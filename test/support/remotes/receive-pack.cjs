// A receive-pack that does not do what it says: `node receive-pack.cjs <fault> <repository>`, in git's protocol version 0
// (gitprotocol-pack(5)).
//   blind  moves every ref to what is pushed, whatever it was before
//   liar   says that it did, and does nothing
//   torn   moves each ref for itself, although the push is to be atomic

const { execFileSync, spawnSync } = require('node:child_process');
const { readSync, writeSync } = require('node:fs');

const [fault, repository] = process.argv.slice(2);
const ZERO = '0'.repeat(40);
const git = (words, input) => execFileSync('git', ['-C', repository, ...words], { input, stdio: ['pipe', 'pipe', 'ignore'] });
const packet = (text) => (Buffer.byteLength(text) + 4).toString(16).padStart(4, '0') + text;

const rows = String(git(['for-each-ref', '--format=%(objectname) %(refname)']))
  .split('\n')
  .filter(Boolean);
const abilities = '\0report-status delete-refs atomic ofs-delta';
const [first = `${ZERO} capabilities^{}`, ...others] = rows;
writeSync(1, `${packet(`${first + abilities}\n`)}${others.map((row) => packet(`${row}\n`)).join('')}0000`);

const commands = [];
for (let line = read(); line !== null; line = read()) commands.push(line.split('\0')[0].trim().split(' '));
if (commands.some(([, to]) => to !== ZERO)) git(['unpack-objects', '-q'], rest());
const said = commands.map(([from, to, ref]) => (carriedOut(from, to, ref) ? `ok ${ref}\n` : `ng ${ref} it moved\n`));
if (commands.length > 0) writeSync(1, `${['unpack ok\n', ...said].map(packet).join('')}0000`);

function carriedOut(from, to, ref) {
  if (fault === 'liar') return true;
  const value = to === ZERO ? ['-d', ref] : [ref, to];
  return spawnSync('git', ['-C', repository, 'update-ref', ...value, ...(fault === 'blind' ? [] : [from])]).status === 0;
}

function read() {
  const length = Number.parseInt(String(bytes(4)) || '0', 16);
  return length === 0 ? null : String(bytes(length - 4));
}

function bytes(count) {
  const buffer = Buffer.alloc(count);
  let at = 0;
  for (let got = 1; at < count && got > 0; at += got) got = readSync(0, buffer, at, count - at);
  return buffer.subarray(0, at);
}

function rest() {
  const chunks = [];
  for (let chunk = bytes(1); chunk.length > 0; chunk = bytes(65_536)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
