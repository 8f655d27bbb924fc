import { oneLine } from '../line.ts';

/**
 * Returns a remote's name or address as it may be shown: without the user and password that an address may contain, and without
 * what may hold a token after its path.
 */
export function plainAddress(remote: string): string {
  const plain = oneLine(remote);
  const end = plain.includes('://') ? plain.search(/[?#]/) : -1;
  // The short form of ssh has a user, and no password unless somebody mistook it for the long one.
  return (end < 0 ? plain : plain.slice(0, end)).replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1').replace(/^[^/@]*:[^/]*@/, '');
}

/**
 * Returns where an address leads, the same however it is written: without user, protocol and `.git`. `host`: null for a place on
 * this machine.
 */
export function siteOf(address: string): { readonly host: string | null; readonly path: string } {
  const plain = address.replace(/\/+$/, '').replace(/\.git$/, '');
  const [, host, path] = /^(?:\w+:\/\/)?(?:[^@/]+@)?([\w.-]+)(?::\d+\/|[:/])(.+)$/.exec(plain) ?? [];
  const isLocal = /^(?:file:\/\/|[/.~])/.test(plain) || host === undefined || path === undefined;
  return isLocal ? { host: null, path: plain.replace(/^file:\/\//, '') } : { host: host.toLowerCase(), path };
}

/** Returns git's words without the user and password of an address in them: some services take a token as the user. */
export function withoutUsers(said: string): string {
  return said.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/@\s]*@/gi, '$1');
}
