/**
 * What the remote through which claims are shared did not do, or may not do. `said`: in its words or git's; null if it gave no
 * answer in time.
 */
export type RemoteFailure =
  /** The branch there has commits that the pushed one lacks. `isForced`: it is not where it was last seen. */
  | {
      readonly code: 'remote';
      readonly kind: 'branch-strayed';
      readonly remote: string;
      readonly branch: string;
      readonly isForced: boolean;
    }
  /** `names`: the remotes that git knows here. */
  | { readonly code: 'usage'; readonly kind: 'no-such-remote'; readonly text: string; readonly names: readonly string[] }
  | { readonly code: 'remote'; readonly kind: 'push-refused'; readonly remote: string; readonly said: string }
  | { readonly code: 'remote'; readonly kind: 'push-unreachable'; readonly remote: string; readonly said: string | null }
  | { readonly code: 'remote'; readonly kind: 'push-unsure'; readonly remote: string; readonly said: string | null }
  /** `text`: the address without credentials. `in-the-clear`: plain HTTP to another machine. */
  | {
      readonly code: 'usage';
      readonly kind: 'remote-address';
      readonly text: string;
      readonly why: 'no-address' | 'not-http' | 'in-the-clear';
    }
  /** An agent wanted to share the claims through another remote. `now`: the one that is configured. */
  | { readonly code: 'illegal'; readonly kind: 'remote-by-agent'; readonly now: string }
  /** Not even the list of its refs came within the limit. `max`: bytes or milliseconds. */
  | {
      readonly code: 'remote';
      readonly kind: 'remote-limit';
      readonly remote: string;
      readonly what: 'refs' | 'bytes' | 'time';
      readonly max: number;
    }
  | { readonly code: 'remote'; readonly kind: 'remote-refused'; readonly remote: string; readonly said: string }
  /** It showed a newer state of this ref before. */
  | { readonly code: 'remote'; readonly kind: 'remote-rewound'; readonly remote: string; readonly ref: string }
  /** It takes claims only in another folder than the one in which there are claims here. */
  | {
      readonly code: 'usage';
      readonly kind: 'remote-takes-tags';
      readonly remote: string;
      readonly prefix: string;
      readonly taken: string;
    }
  | { readonly code: 'usage'; readonly kind: 'remote-unfit'; readonly remote: string; readonly why: Unfit }
  /** It failed a trial. `prefixes`: the folders of refs that were tried; `left`: refs that it did not delete. */
  | {
      readonly code: 'remote';
      readonly kind: 'remote-unproved';
      readonly remote: string;
      readonly prefixes: readonly string[];
      readonly disproofs: readonly Disproof[];
      readonly left: readonly string[];
    }
  /** Nothing was sent that the remote could have carried out. */
  | { readonly code: 'remote'; readonly kind: 'remote-unreachable'; readonly remote: string; readonly said: string | null }
  | { readonly code: 'remote'; readonly kind: 'remote-unread'; readonly remote: string; readonly said: string | null }
  /** Something was sent, and no answer came. */
  | { readonly code: 'remote'; readonly kind: 'remote-unsure'; readonly remote: string; readonly said: string | null }
  /** It could not be reached to be tried out. */
  | { readonly code: 'remote'; readonly kind: 'remote-untried'; readonly remote: string; readonly said: string | null };

/** Why claims cannot be shared through a remote, as it is configured here. */
export type Unfit =
  /** Git pushes to several addresses at once. */
  | { readonly kind: 'several' }
  /** Git pushes to another repository than it fetches from. */
  | { readonly kind: 'apart' }
  /** A push or a fetch moves every ref, claims with them, and deletes those that the other side does not have. */
  | { readonly kind: 'mirror'; readonly remote: string; readonly key: string; readonly text: string };

/** What a remote must do before claims can be shared through it. */
export type Proof = 'takes' | 'swaps' | 'atomic' | 'shows' | 'keeps' | 'deletes';

/** A proof that failed. `said`: the remote's words; null if it said nothing. */
export type Disproof = { readonly proof: Proof; readonly why: DisproofReason; readonly said: string | null };

export type DisproofReason =
  | 'refused'
  /** Of two pushes that expected the same, both were accepted, or none was. */
  | 'both-won'
  | 'none-won'
  /** What it shows is not what it accepted. */
  | 'not-kept'
  /** A push was refused because of one ref, and another ref of the push moved all the same. */
  | 'torn'
  | 'no-atomic'
  | 'hidden'
  /** It has the object that a tag tags in the tag's place. */
  | 'peeled'
  | 'not-given'
  /** It said that it deleted refs, and shows them still. */
  | 'still-there';
