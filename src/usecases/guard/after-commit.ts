import { RULES } from '../../core/guard/mode.ts';
import { isCanonicalOrderId } from '../../core/ids.ts';
import { readerOf } from '../caller/asker.ts';
import type { Ports } from '../ports.ts';
import { note, noteUnreported } from './lookout.ts';

/** Tells the event log of the commit that was made although a hook had warned: that is how people know what a stricter mode would have stopped. */
export function afterCommit(ports: Ports): void {
  // Git has ended meanwhile, and of a person's terminal nothing is to be seen any more: who was warned is in the log.
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

/** A commit's own warnings are among the last in the log. */
const WARNED_MAX = 50;
