import type { SessionId, SessionKey } from '../ids.ts';
import type { Anchor } from './anchor.ts';

/** Who is asking. */
export type Identity = {
  readonly key: SessionKey;
  readonly id: SessionId;
  /** `claude`, `codex`, ...; null for a person. */
  readonly agent: string | null;
  /** Where the key came from, strongest first. */
  readonly source: 'named' | 'agent' | 'binding' | 'anchor';
  readonly host: string;
  readonly boot: string | null;
  readonly anchor: Anchor | null;
};
