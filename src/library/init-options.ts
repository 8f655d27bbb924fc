import type { Mode } from '../core/guard/mode.ts';

/** What `init` is to set up. Everything may be left out. */
export type InitOptions = {
  readonly mode?: Mode;
  readonly agentsMd?: boolean;
  readonly claude?: boolean;
  /** A remote's name or an address: claims are shared with other clones through it, once it is proved. */
  readonly remote?: string;
  /** Changes nothing and returns what would be done. */
  readonly print?: boolean;
};
