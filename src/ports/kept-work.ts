import type { Oid, OrderId } from '../core/ids.ts';

/** Work that a ref keeps: of a claim that was lost, or of a worktree that was removed or repaired. */
export type KeptWork = {
  readonly ref: string;
  /** Null where the ref names none. */
  readonly order: OrderId | null;
  readonly commit: Oid;
  /** RFC 3339: when it was kept; for work that was committed before, when that was. */
  readonly keptAt: string;
  /** The first line of its message. */
  readonly subject: string;
};

/** The refs under `refs/claim-rescue/`. */
export interface KeptWorkBook {
  /** Returns all of them, the newest first. */
  list(): Promise<readonly KeptWork[]>;
  /** Deletes the ref if it still keeps this commit; returns whether it is gone. */
  drop(work: KeptWork): Promise<boolean>;
}
