import { isOnPath, type Subject } from '../core/liveness/observation.ts';
import type { Synced } from '../usecases/sync.ts';
import { firstOf } from './failures/wording.ts';

/** More names would hide what the line says. */
const NAMES_MAX = 6;

/** Says what changed here and on the remote, a line for each kind of change. */
export function syncText(synced: Synced): string {
  const lines = syncLines(synced);
  return lines.length === 0 ? `as on ${synced.remote}: nothing changed` : lines.join('\n');
}

/** Returns a line for each kind of change; none if nothing changed. */
export function syncLines({ remote, followed, sent, waiting, lost, rewound }: Omit<Synced, 'kind'>): string[] {
  return [
    line(followed, (names) => `${names}: as on ${remote}`),
    line(sent, (names) => `${names}: confirmed by ${remote}`),
    line(
      lost,
      (names) => `${names}: ${remote} has another claim, which counts; git claim rescue <order> keeps the work under a ref`,
    ),
    line(waiting, (names) => `${names}: ${remote} did not take this yet; git claim sync tries again`),
    line(rewound, (names) => `${names}: ${remote} shows an older state than before; nothing is free by that (git claim doctor)`),
  ].filter((one) => one !== null);
}

function line(subjects: readonly Subject[], says: (names: string) => string): string | null {
  const names = subjects.map((subject) => (isOnPath(subject) ? subject.slice(1) : subject));
  return names.length === 0 ? null : says(firstOf(names, NAMES_MAX));
}
