import { parseHttpAddress } from './core/remote/http-address.ts';
import type { UnclonedRefs } from './ports/uncloned-refs.ts';

/**
 * Returns the refs of a repository that nobody cloned. What reads them is loaded only then.
 *
 * @param authorization the header to send; null sends the user and password of the address, if it has any
 * @throws ClaimError `usage` for an address that is not read over HTTP
 */
export async function unclonedRefs(address: string, authorization: string | null = null): Promise<UnclonedRefs> {
  const parsed = parseHttpAddress(address);
  const { HttpRefs } = await import('./adapters/git/over-http/http-refs.ts');
  return new HttpRefs(parsed, authorization);
}
