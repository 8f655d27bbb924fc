import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clones } from './clones.ts';

/** Writes the record by which bob, on another machine, takes an order, to the remote. No ref there names it. */
export function theftOf({ hub, here }: Clones, order: string): string {
  const git = (args: readonly string[], input = '') =>
    execFileSync('git', ['--git-dir', hub, ...args], { env: here.env, encoding: 'utf8', input }).trimEnd();
  const now = git(['rev-parse', `refs/claims/${order}`]);
  const generation = Number(/^Generation: ([0-9]+)$/m.exec(git(['cat-file', 'tag', now]))?.[1]);
  const text = git(['cat-file', 'tag', now])
    .replace(/^object .*\ntype .*\n/, `object ${now}\ntype tag\n`)
    .replace(/^Action: .*$/m, 'Action: take')
    .replace(/^State: .*$/m, 'State: active')
    .replace(/^Generation: .*$/m, `Generation: ${generation + 1}`)
    .replace(/^Nonce: .*$/m, `Nonce: ${randomBytes(16).toString('hex')}`)
    .replace(/^Session: (.*)\nSession-Key: (.*)\n/m, 'Session: bob\nSession-Key: bob\n')
    .replace(/^Host: .*\n(?:Boot: .*\n)?(?:Anchor: .*\n)?(?:Clone: .*\n)?/m, 'Host: elsewhere\n')
    .replace(/^Claimed-At: /m, 'Taken-From: ada\nClaimed-At: ');
  return git(['hash-object', '-t', 'tag', '-w', '--stdin'], `${text}\n`);
}

/** Lets the remote run a script of shell in a hook, once. */
export function hookOnce(hub: string, name: string, script: string): void {
  const file = join(hub, 'hooks', name);
  writeFileSync(file, `#!/bin/sh\nrm -f "$0"\n${script}\n`);
  chmodSync(file, 0o755);
}

/** Moves a ref on the remote while the next push is on its way: after git has looked, before anything is carried out. */
export function moveMeanwhile(hub: string, ref: string, to: string): void {
  // Git moves no refs for a hook while what was pushed may still be refused, unless the hook forgets that.
  hookOnce(hub, 'pre-receive', `unset GIT_QUARANTINE_PATH; git update-ref ${ref} ${to}`);
}
