/** Who reads it: a person at a command line, or a user of the library. */
export type Face = 'command' | 'library';

export type Wording = {
  /** What is wrong, as one sentence. */
  readonly says: string;
  /** Empty unless there are several. */
  readonly reasons?: readonly string[];
  /** What to do next; it names a command that exists. */
  readonly hint?: string | null;
};

/** The words for every kind of these failures, sorted by kind. */
export type Words<F extends { readonly kind: string }> = {
  readonly [Kind in F['kind']]: (failure: Extract<F, { readonly kind: Kind }>, face: Face) => Wording;
};

/** Returns typed or configured text in quotes, cut if it is longer than a name. */
export function inQuotes(text: string, lengthMax = 40): string {
  return JSON.stringify(text.slice(0, lengthMax));
}

/** Returns the first of some names, and how many more there are. */
export function firstOf(names: readonly string[], max: number): string {
  const more = names.length - max;
  return [...names.slice(0, max), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
