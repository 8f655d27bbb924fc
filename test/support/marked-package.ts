import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { PACKAGE, type Sandbox } from './sandbox.ts';

const HOOKS = [
  ...['pre-commit', 'prepare-commit-msg', 'pre-applypatch', 'pre-push', 'post-checkout', 'post-commit', 'post-applypatch'],
  'reference-transaction',
];

/** This package with hooks that only report that they ran, one line each in the sandbox's file `marks`. */
export type Marked = {
  /** The environment to run git and git-claim in. */
  readonly env: Readonly<Record<string, string>>;
  readonly githooks: string;
  /** Returns who ran since the last look, in order. */
  ran(): string[];
};

/** Makes such a package in a sandbox, at a path that needs careful quoting. */
export function markedPackage(sandbox: Sandbox): Marked {
  const root = join(sandbox.dir, "git-claim's påckage 猫");
  const marks = join(sandbox.dir, 'marks');
  mkdirSync(root);
  for (const folder of ['bin', 'dist']) cpSync(join(PACKAGE, folder), join(root, folder), { recursive: true });
  symlinkSync(join(PACKAGE, 'node_modules'), join(root, 'node_modules'));
  const githooks = join(root, 'githooks');
  mkdirSync(githooks);
  for (const hook of HOOKS) putHook(join(githooks, hook), marking('ours', hook));
  cpSync(join(PACKAGE, 'githooks/mirror.sh'), join(githooks, 'mirror.sh'));
  return {
    env: { ...sandbox.env, PATH: [join(root, 'bin'), sandbox.env['PATH']].join(delimiter), MARKS: marks },
    githooks,
    ran: () => {
      const lines = readFileSync(marks, { encoding: 'utf8', flag: 'a+' }).split('\n').slice(0, -1);
      rmSync(marks);
      return lines;
    },
  };
}

/** A script that reports its name, its arguments and, for a hook that has one, its input. */
export function marking(who: string, hook: string, code = 0): string {
  const input = ['pre-push', 'reference-transaction'].includes(hook) ? ' <$(tr "\\n" ";")>' : '';
  return `#!/bin/sh\necho "${who} ${hook} $*${input}" >>"$MARKS"\nexit ${code}\n`;
}

export function putHook(path: string, text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}
