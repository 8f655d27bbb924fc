import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClaimRecord } from '../../src/core/claim/record.ts';
import { CLAIM_CODEC } from '../../src/core/claim/trailers.ts';
import type { Oid } from '../../src/core/ids.ts';
import type { PathRecord } from '../../src/core/paths/record.ts';
import { PATH_CODEC } from '../../src/core/paths/trailers.ts';
import { PACKAGE, type Sandbox } from './sandbox.ts';

const HOOK = join(PACKAGE, 'githooks/server/pre-receive');
const TAGGER = { name: 'Ada', email: 'ada@example.com', epochSeconds: 1_795_269_725 };

/** What a push does to refs: new values, or null to delete. */
export type Pushed = Readonly<Record<string, string | null>>;

/** A bare repository with the server's hook, and a client that pushes whatever it likes. */
export type GuardedHub = {
  readonly dir: string;
  readonly client: string;
  /** Runs git in the client. */
  git(args: readonly string[], input?: string): string;
  /** Writes a record, built on another one or the first. */
  order(record: ClaimRecord, over?: string): string;
  path(record: PathRecord, over?: string): string;
  /** Pushes with plain git. Returns what the hook said, a line each; null if the push was accepted. */
  push(refs: Pushed, ...options: readonly string[]): string | null;
  /** Runs the hook alone, in a shell, with the old values that a client claims to have seen. */
  weigh(shell: readonly string[], refs: Pushed, seen?: Pushed, env?: NodeJS.ProcessEnv): string | null;
  /** Returns what a ref is on the server, or null. */
  at(ref: string): string | null;
};

/** Makes such a hub in a sandbox. */
export function guardedHub(sandbox: Sandbox, format: 'sha1' | 'sha256' = 'sha1'): GuardedHub {
  const [dir, client] = [join(sandbox.dir, 'hüb.git'), join(sandbox.dir, 'client')];
  const { env } = sandbox;
  sandbox.git(['init', '--quiet', '--bare', `--object-format=${format}`, dir]);
  sandbox.git(['init', '--quiet', `--object-format=${format}`, client]);
  mkdirSync(join(dir, 'hooks'), { recursive: true });
  const installed = join(dir, 'hooks/pre-receive');
  writeFileSync(installed, `#!/bin/sh\nexec '${HOOK}'\n`);
  chmodSync(installed, 0o755);
  const git: GuardedHub['git'] = (args, input = '') =>
    execFileSync('git', args, { cwd: client, env, input, encoding: 'utf8' }).replace(/\n$/, '');
  const tree = git(['hash-object', '-t', 'tree', '-w', '--stdin']) as Oid;
  const written = (encode: (target: { oid: Oid; type: 'tag' | 'tree' }) => string, over: string | undefined) =>
    git(
      ['hash-object', '-t', 'tag', '-w', '--stdin'],
      encode(over === undefined ? { oid: tree, type: 'tree' } : { oid: over as Oid, type: 'tag' }),
    );
  const at: GuardedHub['at'] = (ref) => {
    const { stdout } = spawnSync('git', ['rev-parse', '--quiet', '--verify', ref], { cwd: dir, env, encoding: 'utf8' });
    return stdout.trim() || null;
  };
  const none = '0'.repeat(tree.length);
  return {
    ...{ dir, client, git, at },
    order: (record, over) => written((target) => CLAIM_CODEC.encode(record, target, TAGGER), over),
    path: (record, over) => written((target) => PATH_CODEC.encode(record, target, TAGGER), over),
    push: (refs, ...options) => {
      const specs = Object.entries(refs).map(([ref, to]) => `+${to ?? ''}:${ref}`);
      const { status, stderr } = spawnSync('git', ['push', '--quiet', ...options, dir, ...specs], {
        ...{ cwd: client, env, encoding: 'utf8' },
      });
      return status === 0 ? null : saidIn(stderr, 'remote: git claim: ') || stderr;
    },
    weigh: ([program = '', ...words], refs, seen = {}, more = {}) => {
      const input = Object.entries(refs).map(
        ([ref, to]) => `${(ref in seen ? seen[ref] : at(ref)) ?? none} ${to ?? none} ${ref}\n`,
      );
      const objects = join(client, '.git/objects');
      const { status, stderr } = spawnSync(program, [...words, HOOK], {
        ...{ cwd: dir, input: input.join(''), encoding: 'utf8' },
        env: { ...env, GIT_DIR: '.', GIT_ALTERNATE_OBJECT_DIRECTORIES: `"${objects}"`, ...more },
      });
      return status === 0 ? null : saidIn(stderr, 'git claim: ') || stderr;
    },
  };
}

function saidIn(stderr: string, mark: string): string {
  const lines = stderr.split('\n').filter((line) => line.startsWith(mark));
  return lines.map((line) => line.slice(mark.length).trimEnd()).join('\n');
}
