'use strict';
// One process that runs command lines in the working directory, and prints the files they used or writes a code cache of what
// they compiled.
//   node run-lines.cjs <bundle> note|cache <layer> <scratch folder> <line>...

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const v8 = require('node:v8');
const { MAIN, openLayers, writeCache } = require('../../bin/start.cjs');

const EXPECTED = [0, 3, 7];

const [file, what, number, scratch, ...lines] = process.argv.slice(2);
// V8 would drop functions that were not used for a while before they are written.
v8.setFlagsFromString('--no-flush-bytecode');
globalThis.gitClaimUses = new Set([MAIN]);
run().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});

async function run() {
  const compiled = [];
  const layer = openLayers(file, (one) => compiled.push(one));
  for (const line of lines) {
    const words = line.split(' ');
    const [name, value] = words[0].split('=');
    const env = { ...process.env };
    if (value !== undefined) process.env[name] = words.shift() && value;
    const code = await layer(0)[MAIN]().main(words, askedAhead(words));
    if (value !== undefined) process.env = env;
    if (!EXPECTED.includes(code)) throw new Error(`${line} ends with ${code}`);
  }
  // V8 refuses a cache that was made under other flags.
  v8.setFlagsFromString('--flush-bytecode');
  if (what === 'note') console.log(`\n${JSON.stringify([...globalThis.gitClaimUses])}`);
  else for (const { cache, script } of compiled.filter((one) => one.number === Number(number))) writeCache(cache, script);
}

/** Returns what bin/git-claim writes for Node, kept by a script in the place of node. */
function askedAhead(words) {
  const ahead = path.join(scratch, 'ahead');
  fs.rmSync(ahead, { force: true });
  fs.writeFileSync(path.join(scratch, 'node'), `#!/bin/sh\nshift 2\n[ -z "$1" ] || cat <&"$1" >'${ahead}'\n`, { mode: 0o755 });
  const env = { ...process.env, PATH: `${scratch}${path.delimiter}${process.env.PATH}` };
  execFileSync(path.join(scratch, 'bin/git-claim'), words, { env });
  return fs.existsSync(ahead) ? fs.openSync(ahead) : null;
}
