import type { SessionView } from '../core/session/view.ts';
import type { EndedSession, Sessions, StartedSession } from '../usecases/session.ts';
import { nameOf } from './names.ts';
import { at, detail, type Page, paint, place, shown, since, table } from './page.ts';

/** Says who is here: a line for each session. */
export function sessionsText(page: Page, { sessions }: Pick<Sessions, 'sessions'>): string {
  if (sessions.length === 0) return 'no session was seen here';
  const lines = table(
    page,
    sessions.map((one) => [
      nameOf(one),
      one.mine ? 'you' : shown(one.agent ?? 'person'),
      isAway(one) ? 'closed' : one.liveness,
      one.orders.length === 0 ? '-' : one.orders.map(shown).join(' '),
      `seen ${at(page, one.lastSeenAt)}`,
      one.worktree === null ? '-' : place(page, one.worktree),
      called(one),
    ]),
  );
  return lines.map((line, at) => coloured(page, sessions[at] as SessionView, line)).join('\n');
}

/** As on the board: a session that left orders behind stands out, and so does the caller's own. */
function coloured(page: Page, one: SessionView, line: string): string {
  if (isGone(one) && !isAway(one) && one.orders.length > 0) return paint(page, 'red', line);
  return one.mine ? paint(page, 'green', line) : line;
}

function called({ linear, title }: SessionView): string {
  return [linear, title].flatMap((part) => (part === null ? [] : [shown(part)])).join('  ');
}

/** Returns what a session reads when it begins. */
export function startedText(page: Page, { session, sessions }: StartedSession): string {
  // A dead or ended session matters only if it still holds something.
  const others = sessions.filter((one) => one.key !== session.key && (!isGone(one) || one.orders.length > 0));
  const here = others.filter((one) => !isGone(one)).length;
  const away = others.filter(isAway).length;
  const left = others.length - here - away;
  const watched = session.pid === null ? 'its process is not watched' : session.evidence;
  const name = called(session);
  return [
    `you are ${nameOf(session)}, here since ${since(page, session.startedAt)} (${watched})`,
    ...(name === '' ? [] : [detail(page, 'works on', name)]),
    ...(session.orders.length === 0 ? [] : [detail(page, 'holds', session.orders.map(shown).join(' '))]),
    [
      here === 0 ? 'nobody else is here' : `${here} other${here === 1 ? ' is' : 's are'} here`,
      ...(away === 0 ? [] : [`${away} closed the terminal and may go on in another`]),
      ...(left === 0 ? [] : [`${left} left orders behind`]),
    ].join(', and '),
    ...(others.length === 0 ? [] : [sessionsText(page, { sessions: others })]),
  ].join('\n');
}

/** A person's claims outlive the terminal. */
function isAway(one: SessionView): boolean {
  return isGone(one) && one.agent === null && one.person !== null && one.orders.length > 0;
}

function isGone({ liveness }: SessionView): boolean {
  return liveness === 'dead' || liveness === 'ended';
}

export function endedText(page: Page, { session }: EndedSession): string {
  const orders = session.orders.map(shown).join(' ');
  return [
    `${shown(session.session)} has ended`,
    ...(orders === ''
      ? []
      : [detail(page, 'holds', orders), detail(page, 'next', `git claim release ${orders}, if the work is over`)]),
  ].join('\n');
}
