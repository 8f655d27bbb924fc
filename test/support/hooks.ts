import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quoted } from '../../src/core/install/package.ts';
import { PACKAGE, type Sandbox } from './sandbox.ts';

const HOOKS = [
  'pre-commit',
  'prepare-commit-msg',
  'post-commit',
  'post-checkout',
  'pre-push',
  'pre-applypatch',
  'post-applypatch',
];

/** Installs git-claim's hooks in the sandbox's repository, the reference-transaction hook too in mode `hard`, as init does. */
export function installHooks(
  sandbox: Sandbox,
  mode: 'shadow' | 'soft' | 'hard' = 'soft',
  repo = sandbox.repo,
  home = PACKAGE,
): void {
  const folder = join(sandbox.git(['rev-parse', '--path-format=absolute', '--git-common-dir'], repo), 'hooks');
  mkdirSync(folder, { recursive: true });
  for (const hook of [...HOOKS, ...(mode === 'hard' ? ['reference-transaction'] : [])]) {
    writeFileSync(join(folder, hook), `#!/bin/sh\nexec ${quoted(join(home, 'githooks', hook))} "$@"\n`);
    chmodSync(join(folder, hook), 0o755);
  }
  mkdirSync(join(folder, '../claim'), { recursive: true });
  sandbox.git(['config', 'claim.mode', mode], repo);
}

export type GitRun = { readonly code: number | null; readonly out: string };

export type GitOptions = {
  readonly cwd?: string;
  /** The session that runs git; a person without a terminal by default. */
  readonly session?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  /** Half a minute by default. */
  readonly timeoutMs?: number;
};

/** Runs git with its hooks, as somebody at work would, and returns both streams. It never waits forever. */
export function git(
  sandbox: Sandbox,
  args: readonly string[],
  { cwd = sandbox.repo, session, env, input, timeoutMs = 30_000 }: GitOptions = {},
): GitRun {
  const { status, stdout, stderr } = spawnSync('git', [...args], {
    cwd,
    env: {
      ...sandbox.env,
      ...NOW,
      ...(session === undefined ? {} : { GIT_CLAIM_SESSION: session }),
      ...env,
    } as NodeJS.ProcessEnv,
    input: input ?? '',
    encoding: 'utf8',
    timeout: timeoutMs,
  });
  return { code: status, out: stdout + stderr };
}

/** A hook judges by the clock what is recent. */
const NOW = { GIT_AUTHOR_DATE: undefined, GIT_COMMITTER_DATE: undefined };

/** Writes a file and stages it. */
export function stage(sandbox: Sandbox, file: string, text: string, cwd = sandbox.repo): void {
  writeFileSync(join(cwd, file), text);
  sandbox.git(['add', '--', file], cwd);
}
