import { ClaimError } from '../../core/errors.ts';
import type { Ports } from '../ports.ts';

/** Returns whether there is any order file. What was done is done, so trouble with reading them counts as none. */
export async function hasOrderFiles({ orders }: Ports): Promise<boolean> {
  try {
    return (await orders.find([])).count > 0;
  } catch (error) {
    if (error instanceof ClaimError) return false;
    throw error;
  }
}
