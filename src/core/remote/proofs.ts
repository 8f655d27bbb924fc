import type { Disproof, DisproofReason, Proof } from '../failures/remote.ts';
import type { Oid } from '../ids.ts';

/** Every proof, in the order in which people are told of them. */
export const PROOFS: readonly Proof[] = ['takes', 'swaps', 'atomic', 'shows', 'keeps', 'deletes'];

export type Reply =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly said: string | null }
  /** It refuses any push that is to move all refs or none, and takes others. */
  | { readonly kind: 'no-atomic' };

/** A push that asks for all of its refs, or none. */
export type Attempt = { readonly to: ReadonlyMap<string, Oid>; readonly answer: Reply };

/** What a remote did with refs that were made to try it. */
export type Trials = {
  /** Makes some refs. */
  readonly first: Attempt;
  /** Change what the first made, or make more. Each expects what was there before any of them. */
  readonly rivals: readonly Attempt[];
  /** What it has afterwards, as it tells whoever asks. */
  readonly shown: ReadonlyMap<string, Oid>;
  /** What the tags tag. */
  readonly target: Oid;
  /** The shown tags that could be fetched. */
  readonly fetched: ReadonlySet<Oid>;
  readonly deletion: Reply;
  /** The refs of the trial that it shows at the very end. */
  readonly left: readonly string[];
};

/** Returns what the trials disprove; nothing if claims can be shared through this remote. */
export function disproofsOf({ first, rivals, shown, target, fetched, deletion, left }: Trials): Disproof[] {
  if (first.answer.kind === 'no-atomic') return [disproof('atomic', 'no-atomic'), ...undeleted(deletion, left)];
  if (first.answer.kind === 'refused') return [disproof('takes', 'refused', first.answer.said)];
  if ([...first.to.keys()].every((ref) => !shown.has(ref))) return [disproof('shows', 'hidden'), ...undeleted(deletion, left)];
  const isPeeled = [...shown.values()].includes(target);
  const isGiven = [...shown.values()].every((oid) => fetched.has(oid));
  return [
    ...unswapped(first, rivals, isPeeled ? null : shown),
    ...(isPeeled || !isTorn(first, rivals, shown) ? [] : [disproof('atomic', 'torn')]),
    ...(isPeeled ? [disproof('keeps', 'peeled')] : []),
    ...(isPeeled || isGiven ? [] : [disproof('keeps', 'not-given')]),
    ...undeleted(deletion, left),
  ];
}

function disproof(proof: Proof, why: DisproofReason, said: string | null = null): Disproof {
  return { proof, why, said };
}

function unswapped(first: Attempt, rivals: readonly Attempt[], shown: Trials['shown'] | null): Disproof[] {
  const winners = rivals.filter(({ answer }) => answer.kind === 'accepted');
  const won = winners.flatMap(({ to }) => [...to.keys()]);
  if (new Set(won).size < won.length) return [disproof('swaps', 'both-won')];
  const [loser] = rivals;
  if (winners.length === 0) return [disproof('swaps', 'none-won', loser?.answer.kind === 'refused' ? loser.answer.said : null)];
  const expected = new Map([first, ...winners].flatMap(({ to }) => [...to]));
  const contested = [...expected.keys()].filter((ref) => rivals.filter(({ to }) => to.has(ref)).length > 1);
  const isKept = shown === null || contested.every((ref) => shown.get(ref) === expected.get(ref));
  return isKept ? [] : [disproof('swaps', 'not-kept')];
}

/** Returns whether a refused push moved one of its refs. */
function isTorn(first: Attempt, rivals: readonly Attempt[], shown: Trials['shown']): boolean {
  const winners = rivals.filter(({ answer }) => answer.kind === 'accepted');
  const untouched = (ref: string) => winners.every(({ to }) => !to.has(ref));
  const losers = rivals.filter((one) => !winners.includes(one));
  return losers.some(({ to }) => [...to.keys()].some((ref) => untouched(ref) && shown.get(ref) !== first.to.get(ref)));
}

function undeleted(deletion: Reply, left: readonly string[]): Disproof[] {
  if (deletion.kind === 'refused') return [disproof('deletes', 'refused', deletion.said)];
  return left.length === 0 ? [] : [disproof('deletes', 'still-there')];
}
