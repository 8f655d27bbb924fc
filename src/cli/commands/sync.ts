import { ClaimError } from '../../core/errors.ts';
import { isOnPath, type Subject } from '../../core/liveness/observation.ts';
import { syncText } from '../../text/sync.ts';
import { sync } from '../../usecases/sync.ts';
import { answer } from '../answer.ts';
import type { CommandSpec } from '../command.ts';

export const syncCommand: CommandSpec = {
  name: 'sync',
  operands: '',
  options: [],
  async run(open, operands) {
    if (operands.length > 0) throw new ClaimError({ code: 'usage', kind: 'unwanted-operands', command: 'sync' });
    const synced = await sync(await open());
    const { remote, followed, sent, waiting, lost, rewound } = synced;
    const json = {
      remote,
      ...{ followed: named(followed), sent: named(sent), waiting: named(waiting), lost: named(lost), rewound: named(rewound) },
    };
    return answer(json, () => syncText(synced));
  },
};

/** A path is named as in other documents, without the slash that tells it from an order here. */
function named(subjects: readonly Subject[]): string[] {
  return subjects.map((subject) => (isOnPath(subject) ? subject.slice(1) : subject));
}
