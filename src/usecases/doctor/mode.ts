import { type Symptom, symptom } from '../../core/doctor/symptom.ts';
import { formatDuration, formatInstant, parseInstant } from '../../core/time.ts';
import type { NumberedEvent } from '../../ports/lease-cache.ts';
import { readerOf } from '../caller/asker.ts';
import { noteUnsaid } from '../guard/lookout.ts';
import type { Ports } from '../ports.ts';

/** Enough to tell how often hooks spoke; nobody raises a mode on a longer list. */
const EVENTS_MAX = 10_000;
/** The cache keeps events for a week where nothing else is configured. */
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

/** Reports what hooks said since the mode was set, so that people can raise it on evidence. */
export async function examineMode(ports: Ports): Promise<Symptom[]> {
  const installation = await ports.installation();
  if (!installation.isThere) return [];
  noteUnsaid(ports, readerOf(ports));
  const nowMs = ports.clock.now().wallMs;
  const [set] = ports.cache.events({ kinds: ['mode'], limit: 1 });
  const sinceMs = Math.max(parseInstant(set?.at ?? '') ?? 0, nowMs - WEEK_MS);
  const events = ports.cache.events({
    kinds: ['warned', 'refused', 'overridden', 'bypassed'],
    since: formatInstant(sinceMs),
    limit: EVENTS_MAX,
  });
  const said = counted(events);
  const would = events.filter(({ kind, detail }) => kind === 'warned' && detail?.['stricter'] === true);
  const { mode } = installation;
  const advice = would.length > 0 ? `were they right? then: git claim init --mode hard (${rules(would)})` : null;
  return [
    symptom(
      'mode',
      `in ${mode} mode${set === undefined ? '; in the last' : ' for'} ${formatDuration(nowMs - sinceMs)}: ${said}`,
      {
        severity: 'info',
        remedy: mode === 'hard' ? null : advice,
      },
    ),
  ];
}

/** `14 warnings, 2 overridden`. */
function counted(events: readonly NumberedEvent[]): string {
  const count = (kind: string) => events.filter((event) => event.kind === kind).length;
  const parts = [
    `${count('warned')} warning${count('warned') === 1 ? '' : 's'}`,
    `${count('overridden')} overridden`,
    ...(count('refused') > 0 ? [`${count('refused')} refused`] : []),
    ...(count('bypassed') > 0 ? [`${count('bypassed')} bypassed by a person`] : []),
  ];
  return parts.join(', ');
}

/** How often each rule spoke: `branch 11, path 3`. */
function rules(events: readonly NumberedEvent[]): string {
  const counts = new Map<string, number>();
  for (const { detail } of events) counts.set(String(detail?.['rule']), (counts.get(String(detail?.['rule'])) ?? 0) + 1);
  return Array.from(counts, ([rule, count]) => `${rule} ${count}`).join(', ');
}
