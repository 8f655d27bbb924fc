import { RULES } from '../core/guard/mode.ts';
import { isCanonicalOrderId } from '../core/ids.ts';
import { readerOf } from './asker.ts';
import { note, noteUnsaid } from './guard.ts';
import type { Ports } from './ports.ts';

/** Tells the event log of the commit that was made although a hook had warned: that is how people know what a stricter mode would have stopped. */
export function afterCommit(ports: Ports): void {
  const asker = readerOf(ports);
  noteUnsaid(ports, asker);
  for (const line of ports.notes.takeWarned()) {
    const [name, order = ''] = line.split(' ');
    const rule = RULES.find((one) => one === name);
    if (rule === undefined) continue;
    note(
      ports,
      asker,
      'overridden',
      'post-commit',
      { rule, order: isCanonicalOrderId(order) ? order : null, stricter: true },
      '',
    );
  }
}
