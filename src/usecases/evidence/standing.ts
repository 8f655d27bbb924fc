import type { ClaimRecord, Witnessed } from '../../core/claim/record.ts';
import type { OrderId } from '../../core/ids.ts';
import { judgeElsewhere, type RemoteView, termsElsewhere, withBeats } from '../../core/liveness/elsewhere.ts';
import { type Judgement, judge } from '../../core/liveness/liveness.ts';
import type { Observation, Subject } from '../../core/liveness/observation.ts';
import type { LeaseTerms } from '../../core/record/lease.ts';
import type { Life } from '../../core/session/life.ts';
import type { Moment } from '../../core/time.ts';
import { worksElsewhere } from '../caller/tree.ts';
import type { Ports } from '../ports.ts';

/** A live claim, on an order or on a path. */
export type Held = Pick<Witnessed, 'oid' | 'previous'> & {
  readonly record: Pick<ClaimRecord, 'holder' | 'lease' | 'remoteLease' | 'challenge'> & {
    readonly action: string;
    readonly order: OrderId | null;
    readonly worktree?: string | null;
    readonly branch?: string | null;
  };
};

/** What is known of the holder of a claim, as whoever looks from here may count it. */
export type Standing = {
  readonly verdict: Judgement;
  readonly seen: Observation | null;
  readonly lease: LeaseTerms;
  /** Until when that is known: in another clone, until the remote was last read. */
  readonly until: Moment;
};

/** Returns a function that weighs what is known of a claim here, in its own clone or in another one. */
export function standings(ports: Ports, now: Moment) {
  const { patience } = ports.settings;
  let view: RemoteView | null = null;
  return (subject: Subject, claim: Held, life: Life, known: Observation | null): Standing => {
    const { record } = claim;
    if (!worksElsewhere(ports, record.holder)) {
      const lease = isOnOurSide(ports, record) ? record.lease : termsElsewhere(record);
      return { verdict: judge({ ...record, lease }, life, known, now, patience), seen: known, lease, until: now };
    }
    view ??= { lastRead: ports.remoteSightings.lastRead(), heard: ports.remoteSightings.heard() };
    const seen = withBeats(subject, claim, known, view, now);
    const verdict = judgeElsewhere(record, life, seen, view, now, patience);
    const until = verdict.liveness === 'dead' ? now : (view.lastRead ?? now);
    return { verdict, seen, lease: termsElsewhere(record), until };
  };
}

/** Without a clone, or on another machine that has the same folder, signs of life of a holder may not reach the cache here. */
function isOnOurSide({ shared, processes }: Ports, { holder }: Held['record']): boolean {
  return shared === null || (holder.clone !== null && holder.host === processes.host && holder.boot === processes.boot);
}
