/** A ref of a remote, and what it points at. */
export type UnclonedRef = {
  readonly ref: string;
  readonly oid: string;
  /** `not-read`: a limit came first. `other`: why its object is no tag that could be a record. */
  readonly object: { readonly kind: 'tag'; readonly body: string } | { readonly kind: 'other'; readonly why: string } | NotRead;
};

type NotRead = { readonly kind: 'not-read' };

/** The limit that came first. `max`: refs, bytes or milliseconds. */
export type Cut = { readonly what: 'refs' | 'bytes' | 'time'; readonly max: number };

export type UnclonedRead = { readonly refs: readonly UnclonedRef[]; readonly cut: Cut | null };

/** A repository that is not here. */
export interface UnclonedRefs {
  /**
   * Reads refs with the objects they point at. Writes nothing, here or there. It stops at its limits: a ref is then named without
   * its object, or left out.
   *
   * @param prefixes how the names begin that the remote is asked for
   * @param isWanted which of them to read
   * @throws ClaimError `remote` if the remote does not answer as one
   */
  read(prefixes: readonly string[], isWanted: (ref: string) => boolean): Promise<UnclonedRead>;
}
