/** What the remote that shares the claims did not do. `said`: in its words or git's; null if it gave no answer in time. */
export type RemoteFailure =
  /** `text`: the address without credentials. `in-the-clear`: plain HTTP to another machine. */
  | {
      readonly code: 'usage';
      readonly kind: 'remote-address';
      readonly text: string;
      readonly why: 'no-address' | 'not-http' | 'in-the-clear';
    }
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
  /** Nothing was sent that the remote could have carried out. */
  | { readonly code: 'remote'; readonly kind: 'remote-unreachable'; readonly remote: string; readonly said: string | null }
  /** A repository without a clone. */
  | { readonly code: 'remote'; readonly kind: 'remote-unread'; readonly remote: string; readonly said: string }
  /** Something was sent, and no answer came. */
  | { readonly code: 'remote'; readonly kind: 'remote-unsure'; readonly remote: string; readonly said: string | null };
