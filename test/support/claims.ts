import type { ClaimRecord } from '../../src/core/claim/record.ts';
import type { OrderId, SessionId, SessionKey } from '../../src/core/ids.ts';
import type { LeaseTerms } from '../../src/core/record/lease.ts';

export const ORDER = 'ORDER-1' as OrderId;
export const OTHER = 'ORDER-2' as OrderId;

/** The lease with a heartbeat helper, as in the design. */
export const LEASE: LeaseTerms = { beatMs: 30_000, staleMs: 90_000, expireMs: 180_000, graceMs: 30_000 };

let nonces = 0;

/** Returns a record of ORDER-1 with these changes; each has its own nonce. */
export function recordOf(changes: Partial<ClaimRecord> = {}): ClaimRecord {
  nonces += 1;
  return {
    order: ORDER,
    action: 'claim',
    state: 'active',
    generation: 1,
    nonce: nonces.toString(16).padStart(32, '0'),
    holder: holderNamed('alice'),
    worktree: null,
    branch: null,
    base: null,
    tip: null,
    paths: [],
    lease: LEASE,
    remoteLease: null,
    challenge: null,
    takenFrom: null,
    claimedAt: '2026-11-21T14:00:00Z',
    recordedAt: `2026-11-21T14:00:${String(nonces % 60).padStart(2, '0')}Z`,
    linear: null,
    note: null,
    ...changes,
  };
}

/** Returns a session without a process to watch. */
export function holderNamed(name: string, agent: string | null = null): ClaimRecord['holder'] {
  return {
    key: name as SessionKey,
    id: name as SessionId,
    agent,
    host: 'engine',
    boot: null,
    anchor: null,
    person: null,
    clone: null,
  };
}
