import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import { plainAddress } from '../../../core/remote/address.ts';
import { isAddress, type RemoteSetting, unfitOf } from '../../../core/remote/named.ts';
import type { NamedRemote } from '../../../ports/remote-probe.ts';
import type { Repository } from '../repository.ts';

/**
 * Returns the remote that a person named, as git's configuration has it.
 *
 * @param cwd where a path begins that was typed
 * @throws ClaimError `usage` if it is neither the name of a remote nor an address
 */
export async function namedRemote({ git }: Repository, text: string, cwd: string): Promise<NamedRemote> {
  const asked = await git(['config', '-z', '--get-regexp', '^remote\\..*\\.(url|pushurl|mirror|fetch|push)$']);
  const settings = String(asked.stdout).split('\0').flatMap(settingIn);
  const url = settings.find(({ remote, key }) => remote === text && key === 'url')?.text;
  const path = resolve(cwd, text);
  // A path means the same from every worktree only if it is absolute.
  const value = url !== undefined || isAddress(text) ? text : existsSync(path) ? path : null;
  if (value === null || text === '') {
    const names = new Set(settings.flatMap(({ remote, key }) => (key === 'url' ? [remote] : [])));
    throw new ClaimError({ code: 'usage', kind: 'no-such-remote', text: plainAddress(text), names: [...names] });
  }
  return { value, address: plainAddress(url ?? value), unfit: unfitOf(value, settings) };
}

function settingIn(entry: string): RemoteSetting[] {
  const [name = '', ...lines] = entry.split('\n');
  const [, remote, key] = /^remote\.(.*)\.([a-z]+)$/.exec(name) ?? [];
  return remote === undefined || key === undefined ? [] : [{ remote, key, text: lines.join('\n') }];
}
