import type { Finding } from './check/finding.ts';
import type { OrderRefusal } from './claim/refusal.ts';
import type { PathRefusal } from './paths/refusal.ts';

/** A "no" that is an answer: another session holds it, it is done, it is not yours. Nothing was changed. */
export type Refusal = (OrderRefusal & Collision) | PathRefusal;

/** What the order collides with, if it is refused for that. */
type Collision = { readonly found?: Finding };
