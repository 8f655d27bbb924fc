/** What the operating system refused; nothing that a stack trace would help with. `errno`: such as ENOSPC. */
export type SystemFailure =
  /** What the command answered could not be written to standard output. */
  | { readonly code: 'internal'; readonly kind: 'answer-lost'; readonly errno: string }
  /** A person's answer could not be kept in this folder. */
  | { readonly code: 'internal'; readonly kind: 'answer-not-kept'; readonly folder: string; readonly errno: string }
  /** The folder that the command runs in was deleted. */
  | { readonly code: 'no-repo'; readonly kind: 'no-folder' }
  /** `call`: such as mkdir. */
  | {
      readonly code: 'internal';
      readonly kind: 'system';
      readonly errno: string;
      readonly call: string;
      readonly path: string | null;
    };
