import { oneLine } from '../line.ts';

/** Returns a remote's name or address as it may be shown: without the user and password that an address may contain. */
export function plainAddress(remote: string): string {
  return oneLine(remote).replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1');
}
