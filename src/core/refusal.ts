import type { Finding } from './check/finding.ts';
import type { OrderRefusal } from './claim/refusal.ts';
import type { PathRefusal } from './paths/refusal.ts';

/** A "no" that is an answer: another session holds it, it is done, it is not yours. Nothing was changed. */
export type Refusal = (OneRefusal & { readonly others?: readonly OneRefusal[] }) | PathRefusal;

/** The refusal of one order. If a command named several, `others` are the further ones that were refused. */
export type OneRefusal = OrderRefusal & Collision;

/** What the order collides with, if it is refused for that. */
type Collision = { readonly found?: Finding };
