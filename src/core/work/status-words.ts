import type { WorkStatus } from '../orders/order.ts';
import { statusOf } from '../orders/status-words.ts';

type Words = Readonly<Record<WorkStatus, string>>;

/** Ours first; then Backlog.md, Linear, beads, and task lists as they are written. */
const VOCABULARIES: readonly Words[] = [
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
 * @param samples words that stand or stood in the file, the surest first
 */
export function wordFor(status: WorkStatus, samples: readonly string[]): string {
  const fitting = samples.flatMap((sample) => VOCABULARIES.filter((words) => words[statusOf(sample) ?? 'draft'] === sample));
  return (fitting[0] ?? (VOCABULARIES[0] as Words))[status];
}
