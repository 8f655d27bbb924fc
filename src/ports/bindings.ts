import type { Oid, OrderId, SessionKey } from '../core/ids.ts';

/** A work tree's private note of one claim worked on in it. */
export type Binding = {
  readonly order: OrderId;
  readonly generation: number;
  readonly oid: Oid;
  readonly key: SessionKey;
};

/** The binding of each work tree; `worktree` is its absolute path, null the one the command runs in. */
export interface Bindings {
  read(worktree: string | null): Binding[];
  /** Notes the claim, replacing what was noted of its order; returns whether the tree could be written to. */
  bind(worktree: string | null, binding: Binding): boolean;
  unbind(worktree: string | null, order: OrderId): void;
}
