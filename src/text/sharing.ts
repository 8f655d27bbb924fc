import type { Proof } from '../core/failures/remote.ts';
import type { Sharing } from '../usecases/remote/prove.ts';
import { shown } from './page.ts';
import { syncLines } from './sync.ts';

/** Says through which remote claims are shared, what that was proved to do, and what came of the claims that were there. */
export function sharingLines({ remote, address, prefix, proofs, met }: Sharing): string[] {
  const where = remote === address ? shown(address) : `${shown(remote)}, ${shown(address)}`;
  const claims = met === null || met.kind === 'unreachable' ? [] : syncLines({ ...met, remote: shown(remote) });
  return [
    `  share   through ${where}${proofs.length === 0 ? ', once it is proved' : ''}`,
    ...proofs.map((proof) => `  proved  ${provedText(proof, prefix)}`),
    ...claims.map((line) => `  claims  ${line}`),
    ...(met?.kind === 'unreachable' ? ['  claims  not sent yet: git claim sync sends them'] : []),
  ];
}

/** Says what a remote was proved to do. */
export function provedText(proof: Proof, prefix: string): string {
  return proof === 'takes' ? `it takes refs below ${prefix}` : PROVED[proof];
}

const PROVED: Readonly<Record<Exclude<Proof, 'takes'>, string>> = {
  swaps: 'of two pushes that expect the same it accepts one',
  atomic: 'it moves all refs of a push, or none',
  shows: 'it shows claims to whoever fetches',
  keeps: 'it keeps annotated tags, which claims are',
  deletes: 'it deletes refs, and has none left of the trial',
};
