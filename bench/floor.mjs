import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs a command once and returns its git calls in the order they began: the arguments, as git's own trace has them,
 * and the file with what each was given to read.
 */
export function callsOf(program, words, { cwd, env, scratch }) {
  const folder = mkdtempSync(join(scratch, 'calls-'));
  const [trace, shim] = [join(folder, 'trace'), join(folder, 'git')];
  const git = execFileSync('sh', ['-c', 'command -v git'], { env, encoding: 'utf8' }).trim();
  // `exec` keeps the process id, which the trace names too.
  writeFileSync(shim, `#!/bin/sh\ncat >"${folder}/input-$$"\nexec ${git} "$@" <"${folder}/input-$$"\n`);
  chmodSync(shim, 0o755);
  execFileSync(program, words, { cwd, env: { ...env, PATH: `${folder}:${env.PATH}`, GIT_TRACE2_EVENT: trace } });
  const events = readFileSync(trace, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return events
    .filter(({ event }) => event === 'start')
    .map(({ sid, argv }) => ({ args: argv.slice(1), input: join(folder, `input-${Number.parseInt(sid.slice(-8), 16)}`) }));
}

/** Returns the sh program that starts an empty Node and then makes these calls. */
export function floorOf(calls) {
  const lines = calls.map(({ args, input }) => `git ${args.map(quoted).join(' ')} <${quoted(input)} >/dev/null`);
  return ['node -e 0', ...lines, 'exit 0'].join('\n');
}

function quoted(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
