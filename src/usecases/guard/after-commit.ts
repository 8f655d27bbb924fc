import { RULES } from '../../core/guard/mode.ts';
import { isCanonicalOrderId } from '../../core/ids.ts';
import { readerOf } from '../caller/asker.ts';
import type { Ports } from '../ports.ts';
import { note, noteUnreported } from './log.ts';

/** Logs that a commit was made although a hook had warned. This shows people what a stricter mode would have refused. */
export function afterCommit(ports: Ports): void {
  // Git has exited by now, so a person's terminal can no longer be seen. The log says who was warned.
  const asker = readerOf(ports);
  noteUnreported(ports, asker);
  const warned = ports.events.read({ kinds: ['warned'], limit: WARNED_MAX });
  for (const line of ports.notes.takeWarned()) {
    const [name, order = ''] = line.split(' ');
    const rule = RULES.find((one) => one === name);
    if (rule === undefined) continue;
    const about = isCanonicalOrderId(order) ? order : null;
    const { session: id, sessionKey: key } = warned.findLast((one) => one.order === about && one.detail?.['rule'] === rule) ?? {};
    note(
      ports,
      id != null && key != null ? { id, key } : asker,
      'overridden',
      'post-commit',
      { rule, order: about, stricter: true },
      '',
    );
  }
}

/** A commit's own warnings are among the last ones in the log. */
const WARNED_MAX = 50;
