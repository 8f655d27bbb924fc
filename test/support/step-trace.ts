import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { subcommandOf } from '../../src/adapters/git/process.ts';
import type { Sandbox } from './sandbox.ts';
import { runAs } from './sessions.ts';

export type StepTrace = {
  /** The labels, in the order the command passed them. */
  readonly steps: readonly string[];
  /** Calls the kernel saw the command make outside the label they belong under. */
  readonly unlabelled: readonly string[];
  /** The git processes the command started, as counted by the kernel and by git itself. */
  readonly gitsByKernel: number;
  readonly gitsByGit: number;
};

/** Calls that may come before the first label. */
const READING = ['config', 'for-each-ref', 'log', 'rev-parse', 'cat-file'];

const CALLS =
  'execve,clone,clone3,vfork,openat,open,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,symlink,write';

/**
 * Runs a command under strace and compares what it did with the labels it passed. Each git it starts, and each call that changes
 * a file under the sandbox, must lie between `before <kind> ...` and `after <kind> ...`.
 */
export async function traceSteps(sandbox: Sandbox, session: string, args: readonly string[]): Promise<StepTrace> {
  const [steps, calls, events] = ['steps', 'calls', 'events'].map((name) => join(sandbox.dir, name)) as [string, string, string];
  const { code, stderr } = await runAs(sandbox, session, args, {
    under: ['strace', '-f', '-qq', '-s', '4096', '-o', calls, '-e', `trace=${CALLS}`, '-e', 'signal=none'],
    env: { GIT_CLAIM_TRACE_STEPS: steps, GIT_TRACE2_EVENT: events },
  });
  if (code !== 0) throw new Error(`git claim ${args.join(' ')} under strace: exit ${code}: ${stderr}`);
  const starts = readFileSync(events, 'utf8')
    .split('\n')
    .filter((line) => /"event":"start"/.test(line));
  return {
    steps: readFileSync(steps, 'utf8').trimEnd().split('\n'),
    ...compare(whole(readFileSync(calls, 'utf8').split('\n').map(unescaped)), sandbox.dir, steps),
    gitsByGit: starts.filter((line) => !/"sid":"[^"]*\//.test(line)).length,
  };
}

function compare(calls: readonly string[], folder: string, stepsFile: string) {
  const open = new Set<string>();
  const unlabelled: string[] = [];
  // The command's own process with its threads, and the processes it started.
  const own = new Set([/^[0-9]+/.exec(calls[0] ?? '')?.[0] ?? '']);
  const children = new Set<string>();
  // A fork of the shell that starts Node. It asks git ahead; the labels show that where Node reads the answers.
  const shells = new Set<string>();
  const askedAhead = new Set<string>();
  let gitsByKernel = 0;
  for (const line of calls) {
    const [, pid = '', call = ''] = /^([0-9]+) +(.*)$/s.exec(line) ?? [];
    const program = /^execve\("([^"]*)", \[(.*?)\], .* = 0$/s.exec(call);
    if (children.has(pid) && program?.[1]?.endsWith('/git')) {
      gitsByKernel += 1;
      const words = Array.from((program[2] as string).matchAll(/"((?:[^"\\]|\\.)*)"/g), (match) => match[1] as string);
      const subcommand = subcommandOf(words.slice(1));
      const isLabelled = askedAhead.has(pid) ? READING.includes(subcommand) : open.has(`git ${subcommand}`);
      if (!isLabelled) unlabelled.push(`git ${words.slice(1).join(' ')}`);
    }
    if (program !== null) shells.delete(pid);
    const born = /^(?:clone3?|vfork)\b.* = ([0-9]+)$/s.exec(call)?.[1];
    if (born !== undefined && shells.has(pid)) for (const set of [children, askedAhead]) set.add(born);
    if (!own.has(pid)) continue;
    if (born !== undefined) (call.includes('CLONE_THREAD') ? own : children).add(born);
    if (born !== undefined && !call.includes('CLONE_THREAD')) shells.add(born);
    const label = /^write\([0-9]+, "(before|after) ([^"]+?)\\n", /.exec(call);
    if (label !== null) open[label[1] === 'before' ? 'add' : 'delete'](label[2] as string);
    else if (isChange(call, folder) && !call.includes(stepsFile) && ![...open].some((step) => fits(step, call)))
      unlabelled.push(call);
  }
  return { unlabelled, gitsByKernel };
}

/** strace splits a call in two if another process makes one meanwhile; the call counts where it began. */
function whole(lines: readonly string[]): string[] {
  const begun = new Map<string, number>();
  const calls: string[] = [];
  for (const line of lines) {
    const pid = /^[0-9]+/.exec(line)?.[0] ?? '';
    const rest = /<\.\.\. \w+ resumed>(.*)$/s.exec(line)?.[1];
    const at = begun.get(pid);
    if (rest !== undefined && at !== undefined) calls[at] += rest;
    else if (line.endsWith(' <unfinished ...>')) begun.set(pid, calls.push(line.slice(0, -' <unfinished ...>'.length)) - 1);
    else calls.push(line);
  }
  return calls;
}

function isChange(call: string, folder: string): boolean {
  if (!call.includes(folder)) return false;
  return /^(?:open|openat|creat)\(/.test(call)
    ? /O_WRONLY|O_RDWR|O_CREAT|^creat/.test(call)
    : /^(?:rename|unlink|mkdir|rmdir|link|symlink)/.test(call);
}

function fits(step: string, call: string): boolean {
  const isDatabase = /\/claim\/(?:cache|locks)\.db/.test(call);
  return isDatabase ? /^(?:sql|file create|file set aside)/.test(step) : step.startsWith('file ');
}

/** strace writes bytes outside ASCII in octal. */
function unescaped(line: string): string {
  const bytes = line.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
