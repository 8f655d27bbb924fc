import { plainAddress, siteOf } from '../../core/remote/address.ts';
import type { Repository } from './repository.ts';

/** The remote of git's own configuration and the committed one, as they may be shown. */
export type OtherRemote = { readonly own: string; readonly committed: string };

/** Returns both remotes if git's own configuration names another one than is committed; else null. */
export function otherRemote({ config, committed }: Pick<Repository, 'config' | 'committed'>): OtherRemote | null {
  const theirs = committed?.values.get('claim.remote')?.at(-1) ?? null;
  const own = committed?.ownRemote ?? null;
  if (theirs === null || own === null) return null;
  const [there, here] = [siteOf(config.addressOf(theirs)), siteOf(config.addressOf(own))];
  if (there.host === here.host && there.path === here.path) return null;
  return { own: plainAddress(own), committed: plainAddress(theirs) };
}
