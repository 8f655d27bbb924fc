/*
 * Why a ref is not understood, as one clause. It is the evidence of a claim that cannot be read, and git's own words may take its
 * place. So it is worded here, and not in text/. Only people read it. See docs/decisions/0009-words.md.
 */

/** What is wrong with a ref or its object. */
export const MISREAD = {
  symbolic: 'it is a symbolic ref',
  broken: 'git cannot read the ref: it is broken or leads nowhere',
  folder: 'other refs are below its name',
  missing: 'its object is missing',
  notRead: 'it was not read: a limit came first',
  untagged: 'it is not an annotated tag',
  tooLarge: 'it is larger than any record',
  noTrailers: 'it has no trailers',
  noSchema: 'it has no Git-Claim trailer',
  newer: 'a newer git-claim wrote it',
  otherName: 'it is not a claim',
} as const;

export function misreadType(type: string | undefined): string {
  return `it is a ${type}, not an annotated tag`;
}

export function misreadTarget(type: string): string {
  return `it tags a ${type || 'nothing'}`;
}

export function misreadTrailer(name: string): string {
  return `its ${name} trailer is missing or broken`;
}

export function misreadDoubled(name: string): string {
  return `its ${name} trailer is there more than once`;
}
