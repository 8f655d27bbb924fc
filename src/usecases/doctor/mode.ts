import { type ModeReport, type Symptom, symptom } from '../../core/doctor/symptom.ts';
import { formatInstant, parseInstant } from '../../core/time.ts';
import type { NumberedEvent } from '../../ports/event-log.ts';
import { readerOf } from '../caller/asker.ts';
import { noteUnreported } from '../guard/log.ts';
import type { Ports } from '../ports.ts';

/** Enough to know how often hooks reported something. Nobody needs a longer list to decide on a mode. */
const EVENTS_MAX = 10_000;
/** The cache keeps events for a week unless configured otherwise. */
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

/** Reports how often hooks reported something since the mode was set, as a reason to raise it, and what was done to them. */
export async function examineMode(ports: Ports): Promise<Symptom[]> {
  const installation = await ports.installation();
  if (!installation.isThere) return [];
  noteUnreported(ports, readerOf(ports));
  const nowMs = ports.clock.now().wallMs;
  const [set] = ports.events.read({ kinds: ['mode'], limit: 1 });
  const sinceMs = Math.max(parseInstant(set?.at ?? '') ?? 0, nowMs - WEEK_MS);
  const events = ports.events.read({
    kinds: ['warned', 'refused', 'overridden', 'bypassed'],
    since: formatInstant(sinceMs),
    limit: EVENTS_MAX,
  });
  const counts = { warned: 0, overridden: 0, refused: 0, bypassed: 0 };
  for (const { kind } of events) counts[kind as keyof typeof counts] += 1;
  const would = events.filter(({ kind, detail }) => kind === 'warned' && detail?.['stricter'] === true);
  const { mode } = installation;
  const about = {
    what: 'mode',
    mode,
    isSince: set !== undefined,
    forMs: nowMs - sinceMs,
    counts,
    stricter: rules(would),
  } as const;
  const mended = ports.events.read({ kinds: ['hooks'], since: formatInstant(sinceMs), limit: EVENTS_MAX });
  const last = mended.at(-1);
  return [
    symptom('mode', about, { severity: 'info' }),
    ...installation.lowering(null).map((lowered) => symptom('mode', { what: 'gate-lowered', ...lowered })),
    ...(last === undefined
      ? []
      : [symptom('hooks', { what: 'mended', times: mended.length, at: last.at }, { severity: 'info' })]),
  ];
}

/** Counts the events of each rule. */
function rules(events: readonly NumberedEvent[]): ModeReport['stricter'] {
  const counts = new Map<string, number>();
  for (const { detail } of events) counts.set(String(detail?.['rule']), (counts.get(String(detail?.['rule'])) ?? 0) + 1);
  return Array.from(counts, ([rule, count]) => ({ rule, count }));
}
