/** The file of an order cannot follow its claim now; thrown by a mirror. `text/failure.ts` words it. */
export class MirrorFailure extends Error {
  override readonly name = 'MirrorFailure';
  /** Relative to the top of its worktree. */
  readonly file: string;
  readonly why: MirrorTrouble;

  constructor(file: string, why: MirrorTrouble) {
    super(why.kind);
    this.file = file;
    this.why = why;
  }
}

/** `changing`: others write it again and again; `outside`: it leads out of the worktree. */
type MirrorTrouble = { readonly kind: 'changing' | 'outside' } | { readonly kind: 'too-large'; readonly bytesMax: number };
