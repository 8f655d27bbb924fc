import type { Rule } from '../../core/guard/mode.ts';
import { isCanonicalOrderId, type OrderId } from '../../core/ids.ts';
import { oneLine } from '../../core/line.ts';
import type { Identity } from '../../core/session/identity.ts';
import { sessionIdOf } from '../../core/session/key.ts';
import { formatInstant } from '../../core/time.ts';
import type { Ports } from '../ports.ts';

/** Nobody reads more, and each one is an event in the log. */
export const FINDINGS_MAX = 20;

/** What a hook found, as far as the log keeps it. */
type Logged = {
  readonly rule: Rule;
  readonly order: OrderId | null;
  readonly stricter: boolean;
  readonly files?: readonly string[];
};

/** Logs what a hook did. */
export function note(
  ports: Ports,
  asker: Pick<Identity, 'id' | 'key'> | null,
  kind: 'warned' | 'refused' | 'bypassed' | 'overridden',
  hook: string,
  { rule, order, stricter, files }: Logged,
  message: string,
): void {
  ports.events.append({
    at: formatInstant(ports.clock.now().wallMs),
    kind,
    order,
    session: asker?.id ?? null,
    sessionKey: asker?.key ?? null,
    generation: null,
    oid: null,
    message,
    detail: { hook, rule, mode: ports.settings.ruleMode(rule), stricter, ...(files === undefined ? {} : { files }) },
  });
}

/** Logs what a hook did while refs were locked. It cannot log then, and leaves a note for the next command or hook. */
export function noteUnreported(ports: Ports, asker: Identity | null): void {
  for (const reason of ports.notes.takeBypassed()) {
    note(ports, asker, 'bypassed', LOCKED, { rule: 'refs', order: null, stricter: false }, oneLine(reason));
  }
  for (const { what, key } of ports.notes.takeRefused().slice(-FINDINGS_MAX)) {
    const session = key === null ? null : { id: sessionIdOf(key), key };
    const order = isCanonicalOrderId(what) ? what : null;
    note(ports, session, 'refused', LOCKED, { rule: 'refs', order, stricter: false }, order === null ? oneLine(what) : '');
  }
}

const LOCKED = 'reference-transaction';
