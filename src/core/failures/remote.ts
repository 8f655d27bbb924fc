/** What the remote that shares the claims did not do. `said`: in its words or git's; null if it gave no answer in time. */
export type RemoteFailure =
  | { readonly code: 'remote'; readonly kind: 'remote-refused'; readonly remote: string; readonly said: string }
  /** It showed a newer state of this ref before. */
  | { readonly code: 'remote'; readonly kind: 'remote-rewound'; readonly remote: string; readonly ref: string }
  /** Nothing was sent that the remote could have carried out. */
  | { readonly code: 'remote'; readonly kind: 'remote-unreachable'; readonly remote: string; readonly said: string | null }
  /** Something was sent, and no answer came. */
  | { readonly code: 'remote'; readonly kind: 'remote-unsure'; readonly remote: string; readonly said: string | null };
