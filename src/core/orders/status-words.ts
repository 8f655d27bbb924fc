import type { WorkStatus } from './order.ts';

/** The words for work that was given up. Nothing is left to do, as when it is complete, but its work does not exist. */
const CANCELLED: readonly string[] = [
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
];

/** The words of Backlog.md, Linear, Symphony, beads, task lists and people, folded as {@link statusOf} folds them. */
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
    ...CANCELLED,
  ],
};

const STATUS_OF: ReadonlyMap<string, WorkStatus> = new Map(
  Object.entries(WORDS).flatMap(([status, words]) => words.map((word) => [word, status as WorkStatus] as const)),
);

/** Returns the status that a file's own word means (`To Do`, `in_progress`, `✔ Done`), or null if the word is unknown. */
export function statusOf(text: string): WorkStatus | null {
  return STATUS_OF.get(folded(text)) ?? null;
}

/** Returns whether a file's own word says that the work was given up. */
export function isCancelled(text: string): boolean {
  return CANCELLED.includes(folded(text));
}

function folded(text: string): string {
  return text
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^a-z]+/g, ' ')
    .trim();
}

type Vocabulary = Readonly<Record<WorkStatus, string>>;

/** Our own first; then Backlog.md, Linear, beads, and the usual spellings of task lists. */
const VOCABULARIES: readonly Vocabulary[] = [
  { draft: 'draft', ready: 'ready', in_progress: 'in_progress', complete: 'complete' },
  { draft: 'Draft', ready: 'To Do', in_progress: 'In Progress', complete: 'Done' },
  { draft: 'Backlog', ready: 'Todo', in_progress: 'In Progress', complete: 'Done' },
  { draft: 'deferred', ready: 'open', in_progress: 'in_progress', complete: 'closed' },
  { draft: 'deferred', ready: 'pending', in_progress: 'in-progress', complete: 'done' },
  { draft: 'backlog', ready: 'todo', in_progress: 'doing', complete: 'done' },
  { draft: 'backlog', ready: 'to-do', in_progress: 'in-progress', complete: 'done' },
  { draft: 'Draft', ready: 'Ready', in_progress: 'In Progress', complete: 'Complete' },
  { draft: 'Draft', ready: 'Open', in_progress: 'In Progress', complete: 'Closed' },
];

/**
 * Returns the word that a file would use for a status.
 *
 * @param samples words that the file has or had, the most telling first
 */
export function wordFor(status: WorkStatus, samples: readonly string[]): string {
  const fitting = samples.flatMap((sample) => VOCABULARIES.filter((words) => words[statusOf(sample) ?? 'draft'] === sample));
  return (fitting[0] ?? (VOCABULARIES[0] as Vocabulary))[status];
}
