/** Stands where evidence would be. */
export const NOTHING_KNOWN = 'nothing else is known';
