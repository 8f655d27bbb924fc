import type { Obstacle, Why } from '../core/failures/why.ts';
import { NOTHING_KNOWN } from './nothing-known.ts';
import { orderTrouble } from './order-trouble.ts';

/** Says in one clause why an order is passed over, or comes last. */
export function whyClause(why: Why): string {
  switch (why.kind) {
    case 'mine':
      return 'you hold it';
    case 'in-progress':
      return `in progress by its file, but ${why.ended === null ? 'nobody claimed it' : `${why.ended} gave it back`}`;
    case 'shipped':
      return `${why.session} gave it back, and its work is merged (branch ${why.branch}): claim it by name if work is left`;
    case 'foreign':
      return why.said;
    case 'held':
      return `held by ${why.session}, ${why.block === null ? (why.evidence ?? '') : blocked(why.block.note)}`;
    case 'unmerged':
      return `completed by ${why.session}, not merged yet${on(why.branch)}`;
    case 'duplicate':
      return `${why.files.join(' and ')} have the same id`;
    case 'cycle':
      return `waits for itself: ${why.circle}`;
    case 'no-status':
      if (why.trouble !== null) return orderTrouble(why.trouble);
      return why.word === null ? 'its file names no status' : `its status ${JSON.stringify(why.word.slice(0, 40))} is not known`;
    case 'stray':
      return `nobody claimed it, but there is unmerged work${on(why.branch)}`;
    case 'waits':
      return waitsClause(why.order, why.obstacle);
    case 'path': {
      const claimed = `${why.path}, which ${why.session} claimed: ${why.evidence ?? NOTHING_KNOWN}`;
      return `${why.isLive ? 'waits for' : 'is about'} ${claimed}`;
    }
  }
}

function blocked(note: string | null): string {
  return note === null ? 'blocked' : `blocked: ${note}`;
}

/** Says what an order waits for, or that it need not wait but lacks the work of a cancelled one. */
export function waitsClause(order: string, obstacle: Obstacle): string {
  if (obstacle.kind === 'cancelled') return `depends on ${order}, whose work was never done: it is ${obstacle.statusWord}`;
  return `waits for ${order}, ${obstacleClause(obstacle)}`;
}

function obstacleClause(obstacle: Exclude<Obstacle, { kind: 'cancelled' }>): string {
  switch (obstacle.kind) {
    case 'mine':
      return 'which you hold';
    case 'held':
      return `which ${obstacle.session} holds`;
    case 'foreign':
      return 'whose ref is not understood';
    case 'unmerged':
      return `which is completed but not merged${on(obstacle.branch)}`;
    case 'unknown':
      return 'which has no file and no claim';
    case 'unfinished':
      return `which is ${obstacle.statusWord ?? 'of unknown status'}`;
  }
}

function on(branch: string | null): string {
  return branch === null ? '' : ` (branch ${branch})`;
}
