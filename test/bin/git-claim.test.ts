import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { createSandbox, PACKAGE, type Sandbox } from '../support/sandbox.ts';

/** An installation whose command line only reports how it was called. */
const ECHO_SCRIPT = `(function(require,module){module.exports={'src/cli/main.ts':()=>({main:async(args)=>{
process.stdout.write(JSON.stringify({args,certificates:process.env.NODE_EXTRA_CA_CERTS??null,
options:process.env.NODE_OPTIONS??null}));return 4}})}})
`;
const ECHO = `${ECHO_SCRIPT}// 0123456789abcdef:${ECHO_SCRIPT.length}\n`;

test('the arguments arrive and the exit code is returned', () => {
  const { bin, sandbox } = install();
  expect(start(bin, sandbox, ['a b', '', 'ü'])).toMatchObject({ status: 4, said: { args: ['a b', '', 'ü'] } });
});

test('it is found through a chain of links, absolute and relative', () => {
  const { bin, sandbox } = install();
  symlinkSync(bin, join(sandbox.dir, 'absolute link'));
  symlinkSync('absolute link', join(sandbox.dir, 'rélative'));
  expect(start(join(sandbox.dir, 'rélative'), sandbox, ['x'])).toMatchObject({ status: 4, said: { args: ['x'] } });
});

test('git runs it as `git claim`, from any directory', () => {
  const { bin, sandbox } = install();
  const path = join(sandbox.dir, 'on the path');
  mkdirSync(path);
  symlinkSync(bin, join(path, 'git-claim'));
  const env = { ...sandbox.env, PATH: [path, sandbox.env['PATH']].join(delimiter) };
  const { status, stdout } = spawnSync('git', ['-C', sandbox.dir, 'claim', 'ORDER-1'], { env, encoding: 'utf8' });
  expect({ status, said: JSON.parse(stdout) }).toMatchObject({ status: 4, said: { args: ['ORDER-1'] } });
});

test('Node starts without the extra certificates, and what it starts gets them back', () => {
  const { bin, sandbox } = install();
  // Node warns on stderr when it is told to load missing certificates.
  const started = start(bin, sandbox, [], { NODE_EXTRA_CA_CERTS: '/not/there.crt' });
  expect(started).toMatchObject({ stderr: '', said: { certificates: '/not/there.crt' } });
  expect(start(bin, sandbox, [])).toMatchObject({ said: { certificates: null } });
});

test.each(['--no-such-option', '--require /not/there.js'])('NODE_OPTIONS %j are for the programs that it starts', (options) => {
  const { bin, sandbox } = install();
  const started = start(bin, sandbox, [], { NODE_OPTIONS: options });
  expect(started).toMatchObject({ status: 4, stderr: '', said: { options } });
});

test('without node it says so in one line', () => {
  const { status, stderr } = spawnSync(install().bin, [], { env: { PATH: '/nowhere' }, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: 'git-claim: node is not on the PATH; install Node.js 20.12 or newer\n',
  });
});

test('before it is built it says so in one line', () => {
  const { bin, sandbox } = install({ isBuilt: false });
  const { status, stderr } = start(bin, sandbox, []);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^git-claim: not built yet; run npm install in .*\n$/),
  });
});

test('a code cache is written once, used, and neither needed nor believed when it is broken', () => {
  const { bin, sandbox, dist } = install();
  const caches = () => readdirSync(dist).filter((name) => name.endsWith('.cache'));
  start(bin, sandbox, []);
  expect(caches()).toEqual([`git-claim.0123456789abcdef.${process.version}-${process.arch}.cache`]);

  writeFileSync(join(dist, caches()[0] as string), 'nonsense');
  expect(start(bin, sandbox, ['x'])).toMatchObject({ status: 4, stderr: '', said: { args: ['x'] } });

  writeFileSync(join(dist, caches()[0] as string), '');
  expect(start(bin, sandbox, ['x'], { NODE_OPTIONS: '--max-old-space-size=300' })).toMatchObject({ status: 4, stderr: '' });
});

function install({ isBuilt = true } = {}): { bin: string; dist: string; sandbox: Sandbox } {
  const sandbox = createSandbox();
  const home = join(sandbox.dir, 'ïnstalled here');
  const dist = join(home, 'dist');
  mkdirSync(join(home, 'bin'), { recursive: true });
  mkdirSync(dist);
  for (const name of ['git-claim', 'start.cjs']) copyFileSync(join(PACKAGE, 'bin', name), join(home, 'bin', name));
  chmodSync(join(home, 'bin/git-claim'), 0o755);
  if (isBuilt) {
    writeFileSync(join(dist, 'git-claim.script.js'), ECHO);
    copyFileSync(join(PACKAGE, 'dist/facts.sh'), join(dist, 'facts.sh'));
  }
  return { bin: join(home, 'bin/git-claim'), dist, sandbox };
}

function start(bin: string, sandbox: Sandbox, args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(bin, args, {
    cwd: sandbox.dir,
    env: { ...sandbox.env, ...env },
    encoding: 'utf8',
  });
  return { status, stderr, said: stdout === '' ? null : (JSON.parse(stdout) as unknown) };
}
