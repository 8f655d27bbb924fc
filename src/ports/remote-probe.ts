import type { Unfit } from '../core/failures/remote.ts';
import type { Trials } from '../core/remote/proofs.ts';
import type { SharedClaims } from './shared-claims.ts';

/** What git's configuration says about a remote that claims may be shared through. */
export type NamedRemote = {
  /** What `claim.remote` is to be: the name of a remote, or an address that means the same from every worktree. */
  readonly value: string;
  /** Where git pushes to, without what a password could be in. */
  readonly address: string;
  /** Why claims cannot be shared through it, as it is configured here; null if nothing speaks against it. */
  readonly unfit: Unfit | null;
};

/** Tries out remotes, before claims are shared through one. */
export interface RemoteProbe {
  /** `claim.remote`; null if claims are not shared. */
  readonly configured: string | null;
  /** The folders of claim refs that come into question here: first the one in use. */
  readonly prefixes: readonly string[];
  /**
   * Returns the remote that a person named.
   *
   * @param text a name, or an address
   * @throws ClaimError `usage` if it is neither
   */
  named(text: string): Promise<NamedRemote>;
  /**
   * Makes refs on a remote, lets pushes compete for them, reads them as any clone would, and deletes them. Nothing is left there,
   * nor here.
   *
   * @param prefix the folder of claim refs that is tried
   * @throws ClaimError `remote` if it cannot be reached
   */
  tried(remote: NamedRemote, prefix: string): Promise<Trials>;
  /** Returns the claims as they will be shared through a remote, once that is configured. */
  shared(remote: string, prefix: string): SharedClaims;
}
