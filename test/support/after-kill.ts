import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from './sandbox.ts';
import { filesIn, locksIn, runAs, untilQuiet } from './sessions.ts';

export type Command = {
  readonly name: string;
  /** Earlier commands by session; each must succeed. */
  readonly before: readonly (readonly [session: string, ...args: string[]])[];
  readonly session: string;
  readonly args: readonly string[];
  /** The record's state when the command is done. */
  readonly holder: string;
  readonly state: string;
  readonly hasTree: boolean;
};

const ORDER = 'ORDER-1';
const CLAIM = ['alice', ORDER] as const;

export const COMMANDS: readonly Command[] = [
  command('claim --no-worktree', [], ['--no-worktree', ORDER], { hasTree: false }),
  command('claim', [], [ORDER], {}),
  command('release', [CLAIM], ['release', ORDER], { state: 'released' }),
  command('complete', [CLAIM], ['complete', ORDER], { state: 'completed' }),
  command('block', [CLAIM], ['block', ORDER, '--reason', 'waits'], { state: 'blocked' }),
  command('hand', [CLAIM, ['bob', 'status']], ['hand', ORDER, '--to', 'bob'], { holder: 'bob' }),
];

function command(name: string, before: Command['before'], args: readonly string[], rest: Partial<Command>): Command {
  return { name, before, session: 'alice', args, holder: 'alice', state: 'active', hasTree: true, ...rest };
}

export async function prepare(sandbox: Sandbox, { before }: Command): Promise<Sandbox> {
  for (const [session, ...args] of before) {
    const { code, stderr } = await runAs(sandbox, session, args);
    if (code !== 0) throw new Error(`git claim ${args.join(' ')}: exit ${code}: ${stderr}`);
  }
  return sandbox;
}

/**
 * Checks a repository in which a command was killed: status must agree with git, and the same command, run again, must finish the
 * job.
 *
 * @returns what is wrong
 */
export async function complaintsAfterKill(sandbox: Sandbox, command: Command): Promise<string[]> {
  await untilQuiet(sandbox);
  const complaints = await untruths(sandbox);
  const again = await runAs(sandbox, command.session, command.args);
  if (again.code !== 0) return [...complaints, `again: exit ${again.code}: ${again.stderr}`];
  await untilQuiet(sandbox);
  complaints.push(...(await untruths(sandbox)));
  const record = recordOf(sandbox);
  if (!record.includes(`\nState: ${command.state}\n`)) complaints.push(`not ${command.state}: ${record}`);
  if (!record.includes(`\nSession: ${command.holder}\n`)) complaints.push(`not held by ${command.holder}: ${record}`);
  return [...complaints, ...leftovers(sandbox), ...(command.hasTree ? treeComplaints(sandbox, command) : [])];
}

async function untruths(sandbox: Sandbox): Promise<string[]> {
  const { code, stdout, stderr } = await runAs(sandbox, 'carol', ['status', ORDER, '--json']);
  if (code !== 0) return [`status: exit ${code}: ${stdout}${stderr}`];
  const [claim = null] = (JSON.parse(stdout) as { claims: { oid: string; state: string; session: string }[] }).claims;
  const record = recordOf(sandbox);
  if (record === '') return claim === null ? [] : [`status shows a claim that is not there: ${stdout}`];
  const isTrue = record.includes(`\nState: ${claim?.state}\n`) && record.includes(`\nSession: ${claim?.session}\n`);
  return isTrue ? [] : [`status says ${stdout}, the record ${record}`];
}

function recordOf(sandbox: Sandbox): string {
  return sandbox.git(['for-each-ref', '--format=%(raw)', `refs/claims/${ORDER}`]);
}

function leftovers(sandbox: Sandbox): string[] {
  const strays = filesIn(sandbox).filter(
    (name) =>
      /^claim\//.test(name) &&
      !/^claim\/(?:binding|clock|setup|heartbeat|fetched(?:\/[^/]*)?|clone|beats(?:\/[^/]*)?|installed\.json|turns|(?:records|orders|board)\.read|board\.packed-refs|mirrored(?:\/[^/]*)?|(?:cache|locks)\.db(?:-wal|-shm)?)$/.test(
        name,
      ),
  );
  // A temporary file is removed once it is a minute old.
  return [...locksIn(sandbox), ...strays.filter((name) => !/\.[0-9]+\.tmp$/.test(name))].map((name) => `left: ${name}`);
}

function treeComplaints(sandbox: Sandbox, { state, holder }: Command): string[] {
  const complaints: string[] = [];
  const path = join(sandbox.dir, 'my äpp.claims', ORDER);
  const trees = sandbox.git(['worktree', 'list', '--porcelain']).split('\n\n');
  const tree = trees.find((one) => one.startsWith(`worktree ${path}\n`)) ?? '';
  const isLive = state === 'active' || state === 'blocked';
  const generation = /\nGeneration: ([0-9]+)\n/.exec(recordOf(sandbox))?.[1];
  const lock = isLive ? `\nlocked git-claim ${ORDER} generation ${generation} by ${holder}` : '';
  if (tree.trimEnd() !== `worktree ${path}\nHEAD ${sandbox.git(['rev-parse', 'main'])}\nbranch refs/heads/order-1${lock}`)
    complaints.push(`the tree is ${JSON.stringify(tree)}`);
  if (trees.length !== 2) complaints.push(`${trees.length} worktrees`);
  const registered = new Set(filesIn(sandbox).flatMap((name) => /^worktrees\/([^/]+)/.exec(name)?.[1] ?? []));
  if (registered.size !== 1) complaints.push(`registered: ${[...registered].join(', ')}`);
  if (sandbox.git(['status', '--porcelain'], path) !== '') complaints.push('the tree is not clean');
  const branches = sandbox.git(['for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/claim-rescue']);
  if (branches !== 'refs/heads/main\nrefs/heads/order-1') complaints.push(`branches: ${branches}`);
  const file = join(sandbox.git(['rev-parse', '--absolute-git-dir'], path), 'claim', 'binding');
  const binding = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const expected = isLive ? `${ORDER} ${generation} ${sandbox.git(['rev-parse', `refs/claims/${ORDER}`])} ${holder}\n` : '';
  if (binding !== expected) complaints.push(`the binding is ${JSON.stringify(binding)}, not ${JSON.stringify(expected)}`);
  return complaints;
}
