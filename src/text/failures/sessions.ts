import type { SessionFailure } from '../../core/failures/sessions.ts';
import { visible } from '../../core/line.ts';
import { NAME_YOURS, nobodyText } from '../nobody.ts';
import { inQuotes, type Words } from './wording.ts';

/** How many sessions a hint names. */
const SEEN_MAX = 10;

export const SESSION_WORDS: Words<SessionFailure> = {
  'anchor-ended': ({ pid }) => ({ says: `the anchor, process ${pid}, is not running`, hint: RUNNING_ANCHOR }),
  'anchor-not-a-pid': ({ text }) => ({
    says: `the anchor ${inQuotes(text)} is not a process id`,
    hint: 'name the process whose life is the session\'s life: --anchor "$$" in a script',
  }),
  'anchor-unseen': ({ pid }) => ({ says: `the anchor, process ${pid}, cannot be seen from here`, hint: RUNNING_ANCHOR }),
  'bad-session-key': () => ({ says: SESSION_ID }),
  'bad-session-name': ({ origin, text }) => ({
    says: `${origin} is not a session id: "${visible(text.length > 40 ? `${text.slice(0, 40)}...` : text)}"`,
    hint: SESSION_ID,
  }),
  'guest-declined': ({ order }) => ({ says: `${order} stays as it is`, hint: `git claim status ${order} shows who works on it` }),
  'guest-session': ({ host }) => ({
    says: `you are a guest in the worktree of ${host}, and no session of your own is known: no agent runs, and there is no terminal`,
    hint: NAME_YOURS,
  }),
  'hand-to-self': ({ to }) => ({ says: `${to} is you`, hint: 'git claim session lists who else is here' }),
  'intent-not-kept': ({ trouble }) => ({
    says: `it cannot be announced: ${trouble ?? 'the cache did not keep it'}`,
    hint: 'tell the other sessions yourself; git claim list shows who is at work',
  }),
  'linear-issue': ({ text }) => ({ says: `${inQuotes(text, 80)} is not a Linear issue`, hint: 'an issue looks like ENG-7' }),
  'no-session': ({ nobody }) => ({ says: nobodyText(nobody), hint: NAME_YOURS }),
  'program-unseen': () => ({
    says: 'the process of the command cannot be seen',
    hint: 'name a session: git claim run --session <name>',
  }),
  'session-ambiguous': ({ to, keys }) => ({ says: `several sessions are called ${to}: use the full key`, hint: keys.join(', ') }),
  'session-ended': ({ to, seen }) => ({ says: `the session ${to} has ended`, hint: seenHere(seen) }),
  'session-unknown': ({ to, seen }) => ({ says: `no session ${inQuotes(to, 80)} was seen here`, hint: seenHere(seen) }),
};

const RUNNING_ANCHOR = 'name a running process with --anchor or GIT_CLAIM_ANCHOR, or unset the variable';
const SESSION_ID = 'a session id is 1 to 200 printable ASCII characters without spaces';

function seenHere(seen: readonly string[]): string {
  return seen.length === 0
    ? 'no other session was seen here yet; let it run git claim status once'
    : `sessions seen here: ${seen.slice(0, SEEN_MAX).join(', ')}`;
}
