import { DEFAULT_REF_PREFIX } from '../../../core/claim/refs.ts';
import { ClaimError } from '../../../core/errors.ts';
import { plainAddress } from '../../../core/remote/address.ts';
import { remoteRefs } from '../../../core/remote/remote-refs.ts';
import type { PublishedClaims } from '../../../ports/published-claims.ts';
import type { Registry } from '../../../ports/registry.ts';
import { GitRegistry } from '../refs/claim-refs.ts';
import { tagger } from '../refs/tagger.ts';
import type { Repository } from '../repository.ts';
import { fetchSeen } from './fetch.ts';
import { type Contacts, remoteOf } from './open.ts';

/** Where claims are on a host that takes only heads and tags. */
const ELSEWHERE = 'refs/tags/claims/';
const ORIGIN = 'origin';

/**
 * Fetches the claims of `claim.remote`, or of origin where this repository has none of its own, as in a fresh checkout. Nothing
 * else is fetched: no branch, no commit. What is here is not changed, but for the refs that show what the remote has.
 *
 * @param own the claims of this repository, which count if there is no remote to ask
 * @throws ClaimError `remote`
 */
export async function publishedClaims(prefix: string, contacts: Contacts, own: Registry): Promise<PublishedClaims> {
  const { repository, env, mutex } = contacts;
  const name = await nameIn(repository, own);
  if (name === null) return { remote: null, registry: own };
  const remote = plainAddress(name);
  const prefixes = prefix === DEFAULT_REF_PREFIX ? [prefix, ELSEWHERE] : [prefix];
  let registry: Registry = own;
  for (const where of prefixes) {
    const refs = remoteRefs(name, where);
    const trouble = await fetchSeen(repository, remoteOf(name, contacts), refs, mutex);
    if (trouble !== null) throw new ClaimError({ code: 'remote', kind: 'remote-unread', remote, said: trouble.said });
    registry = new GitRegistry(repository, `${refs.seenPrefix}orders/`, () => tagger(repository, env), mutex);
    if ((await registry.survey()).readings.size > 0) break;
  }
  return { remote, registry };
}

async function nameIn({ config }: Repository, own: Registry): Promise<string | null> {
  const configured = config.get('claim.remote');
  if (configured !== null) return configured;
  if (config.get(`remote.${ORIGIN}.url`) === null) return null;
  return (await own.survey()).readings.size > 0 ? null : ORIGIN;
}
