import type { Unfit } from '../failures/remote.ts';
import { siteOf } from './address.ts';

/** One value that git's configuration has for a remote: `remote.<remote>.<key>`. */
export type RemoteSetting = { readonly remote: string; readonly key: string; readonly text: string };

/** Returns whether a text is an address with a transport that git brings along; a path is none, nor one that runs a program. */
export function isAddress(text: string): boolean {
  return /^(?:https?|ssh|git|file|git\+ssh|ssh\+git):\/\//i.test(text) || /^[^/:\s-][^/:\s]*:(?!:|\/\/)/.test(text);
}

/**
 * Returns what keeps claims from being shared through a remote; null if nothing does. Another remote of the same address counts,
 * since its pushes meet the same refs.
 *
 * @param value the name of a remote, or an address
 * @param settings of all remotes
 */
export function unfitOf(value: string, settings: readonly RemoteSetting[]): Unfit | null {
  const addressesOf = (remote: string) =>
    settings
      .filter((one) => one.remote === remote && (one.key === 'url' || one.key === 'pushurl'))
      .map(({ text }) => siteNamed(text));
  const named = addressesOf(value);
  const own = named.length > 0 ? named : [siteNamed(value)];
  const isOne = (key: string) => settings.filter((one) => one.remote === value && one.key === key).length < 2;
  if (!isOne('url') || !isOne('pushurl')) return { kind: 'several' };
  if (new Set(named).size > 1) return { kind: 'apart' };
  const isSame = (remote: string) => remote === value || addressesOf(remote).some((one) => own.includes(one));
  const mirror = settings.find((one) => movesAll(one) && isSame(one.remote));
  return mirror === undefined ? null : { kind: 'mirror', ...mirror };
}

/** One address may be written in several ways. */
function siteNamed(address: string): string {
  const { host, path } = siteOf(address);
  return `${host ?? ''} ${path}`;
}

function movesAll({ key, text }: RemoteSetting): boolean {
  if (key === 'mirror') return /^(?:|true|yes|on|1)$/i.test(text);
  if (key !== 'push' && key !== 'fetch') return false;
  const [source = '', target = source] = text.replace(/^\+/, '').split(':');
  return (key === 'push' ? source : target) === 'refs/*';
}
