import type { SessionId, SessionKey } from '../ids.ts';
import type { Anchor } from './anchor.ts';

/** The session a record names, as far as the record knows it. */
export type Holder = {
  readonly key: SessionKey;
  readonly id: SessionId;
  /** `claude`, `codex`, ...; null for a person. */
  readonly agent: string | null;
  readonly host: string;
  /** The boot id of the host's kernel; null where the system tells none. */
  readonly boot: string | null;
  /** Null when no credible anchor is known: then nothing proves this session dead. */
  readonly anchor: Anchor | null;
};
