import type { Oid, OrderId, SessionKey } from '../core/ids.ts';

/** A worktree's private note of one claim that is worked on in it. */
export type Binding = {
  readonly order: OrderId;
  readonly generation: number;
  readonly oid: Oid;
  readonly key: SessionKey;
};

/** The bindings of each worktree. `worktree` is its absolute path; null is the one that the command runs in. */
export interface Bindings {
  read(worktree: string | null): Binding[];
  /** Replaces the note of the claim's order; returns whether the worktree could be written to. */
  bind(worktree: string | null, binding: Binding): boolean;
  unbind(worktree: string | null, order: OrderId): void;
}
