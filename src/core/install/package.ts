/** Where the installed lines find what they run. */
export type Package = {
  /** The folder with the package's hooks. */
  readonly githooks: string;
  /** The Node that ran `init`, for programs that start git with a bare PATH. */
  readonly node: string;
};

/** Returns a text as one word of sh. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
