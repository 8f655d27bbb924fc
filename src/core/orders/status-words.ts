import type { WorkStatus } from './order.ts';

/** The words of Backlog.md, Linear, Symphony, beads, task lists and people, folded by {@link statusOf}. */
const WORDS: Readonly<Record<WorkStatus, readonly string[]>> = {
  draft: [
    'draft',
    'idea',
    'backlog',
    'triage',
    'proposed',
    'icebox',
    'later',
    'someday',
    'planned',
    'deferred',
    'on hold',
    'paused',
    'blocked',
    'waiting',
    'parked',
    'needs info',
  ],
  ready: [
    'ready',
    'to do',
    'todo',
    'open',
    'new',
    'unstarted',
    'not started',
    'pending',
    'accepted',
    'approved',
    'queued',
    'next',
  ],
  in_progress: [
    'in progress',
    'inprogress',
    'doing',
    'started',
    'active',
    'wip',
    'working',
    'claimed',
    'running',
    'hooked',
    'assigned',
    'review',
    'in review',
    'human review',
    'code review',
    'testing',
    'qa',
    'merging',
    'rework',
  ],
  complete: [
    'complete',
    'completed',
    'done',
    'closed',
    'resolved',
    'fixed',
    'finished',
    'merged',
    'shipped',
    'released',
    'archived',
    'cancelled',
    'canceled',
    'wont do',
    'wont fix',
    'wontfix',
    'duplicate',
    'rejected',
    'superseded',
    'obsolete',
    'abandoned',
    'skipped',
  ],
};

const STATUS_OF: ReadonlyMap<string, WorkStatus> = new Map(
  Object.entries(WORDS).flatMap(([status, words]) => words.map((word) => [word, status as WorkStatus] as const)),
);

/** Returns the status a file's own word stands for (`To Do`, `in_progress`, `✔ Done`), or null when nobody knows. */
export function statusOf(text: string): WorkStatus | null {
  const word = text
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^a-z]+/g, ' ')
    .trim();
  return STATUS_OF.get(word) ?? null;
}
