import type { Registry } from './registry.ts';

/** The claims that count for work which is published: those of the remote, as it shows them now. */
export type PublishedClaims = {
  /** The remote's name or address without credentials; null if this repository's own claims count, as there is no other place. */
  readonly remote: string | null;
  readonly registry: Pick<Registry, 'survey' | 'history'>;
};
