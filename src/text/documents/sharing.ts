import type { Sharing } from '../../usecases/remote/prove.ts';
import { provedText } from '../sharing.ts';

/** The row of the remote that claims are shared through. */
export function sharingDocument({ address, prefix, proofs }: Sharing) {
  return { remote: address, refPrefix: prefix, proofs: proofs.map((proof) => ({ proof, message: provedText(proof, prefix) })) };
}
