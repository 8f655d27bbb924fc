import { ClaimError } from '../errors.ts';
import { plainAddress } from './address.ts';

/** Where a remote is read over HTTP. */
export type HttpAddress = {
  /** Without credentials, and without a slash at its end. */
  readonly url: string;
  /** What the address says of who asks: `user:password`, decoded; null if it says nothing. */
  readonly credentials: string | null;
};

/**
 * Parses the address of a remote that is read without git. Plain HTTP shows everybody on the way what is read, and the password:
 * it is for this machine only.
 *
 * @throws ClaimError `usage`
 */
export function parseHttpAddress(text: string): HttpAddress {
  const refuse = (why: 'no-address' | 'not-http' | 'in-the-clear') =>
    new ClaimError({ code: 'usage', kind: 'remote-address', text: plainAddress(text), why });
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || !URL.canParse(text)) throw refuse('no-address');
  const { protocol, hostname, username, password, origin, pathname } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') throw refuse('not-http');
  if (protocol === 'http:' && !isLoopback(hostname)) throw refuse('in-the-clear');
  const credentials = username === '' && password === '' ? null : `${decoded(username)}:${decoded(password)}`;
  return { url: origin + pathname.replace(/\/+$/, ''), credentials };
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.[0-9]{1,3}){3}$/.test(hostname);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
