import type { LeaseNumbers, LeaseTrouble, SettingFailure } from '../../core/failures/settings.ts';
import { formatDuration } from '../../core/time.ts';
import { inQuotes, type Words } from './wording.ts';

export const SETTING_WORDS: Words<SettingFailure> = {
  'branch-template': ({ text, usual }) => ({
    says: `claim.branch ${inQuotes(text, 80)} ${text.includes('<order>') ? 'makes names that git does not allow' : 'has no <order> in it'}`,
    hint: `the default is ${usual}; feat/<order>-<title> is possible too`,
  }),
  'claude-settings': ({ event, entry }) => ({
    says: 'git-claim cannot add to the settings of Claude Code without losing something',
    hint: `add to hooks.${event} by hand: ${entry}`,
  }),
  duration: ({ name, text }) => ({
    says: `${name}: ${inQuotes(text)} is not a duration`,
    hint: 'write 500ms, 30s, 15m, 4h or 7d; a bare number is seconds',
  }),
  'gate-by-agent': () => ({
    says: 'only a person makes the hooks milder or removes them',
    hint: 'leave them as they are; git claim status shows how to go on with your work',
  }),
  'gate-not-agreed': () => ({ says: 'nothing was changed' }),
  'id-pattern': ({ isSlow }) => ({
    says: `claim.idPattern ${isSlow ? 'takes too long to match' : 'is not a regular expression'}`,
    hint: 'git config --unset claim.idPattern restores the default',
  }),
  'idle-after': () => ({ says: 'claim.idleAfter must be above zero: every session would be idle' }),
  'issue-prefix': ({ text }) => ({
    says: `claim.issuePrefix: ${inQuotes(text)} cannot begin an order id`,
    hint: 'letters, digits and "_", a letter first: with GH, issue 214 is GH-214',
  }),
  lease: ({ why, terms }) => leaseWords('the lease', LEASE_TROUBLES[why], terms),
  'max-idle': ({ maxIdleMs, idleAfterMs }) => ({
    says: 'claim.maxIdle must be 0 (never) or at least claim.idleAfter',
    hint: `they are ${formatDuration(maxIdleMs)} and ${formatDuration(idleAfterMs)}; a session would be forgotten before it was shown as idle`,
  }),
  mirror: ({ text }) => ({ says: `claim.mirror ${inQuotes(text)} is not main, worktree or none` }),
  'mirror-field': ({ text, fields }) => ({
    says: `claim.mirrorFields: ${inQuotes(text)} is not a field of a claim`,
    hint: `the fields are ${fields.join(', ')}`,
  }),
  mode: ({ key, text, choices, usual }) => ({
    says: `${key} ${inQuotes(text)} is not one of ${choices.join(', ')}`,
    hint: `git config ${key} ${usual}`,
  }),
  'no-setup-commands': () => ({ says: 'claim.setup names no command', hint: "git config --add claim.setup 'npm ci'" }),
  'not-a-file': ({ path }) => ({
    says: `${path} is not a plain file, so git-claim adds nothing to it`,
    hint: 'git claim init without that option sets up the hooks alone',
  }),
  'orders-from': ({ text }) => ({
    says: `claim.ordersFrom ${inQuotes(text, 80)} names no commit`,
    hint: 'it is a revision such as main, or worktree for the files of the main worktree',
  }),
  'orders-pattern': ({ text }) => ({
    says: `claim.orders: ${inQuotes(text, 200)} takes too long to match`,
    hint: 'fewer wildcards in one name, such as orders/**/*.md, match in no time',
  }),
  'ready-at': ({ text }) => ({ says: `claim.readyAt ${inQuotes(text)} is neither merge nor complete` }),
  'ref-prefix': ({ text, usual }) => ({
    says: `claim.refPrefix ${inQuotes(text, 80)} cannot hold claims`,
    hint: `use a name of its own, such as ${usual} or refs/tags/claims/`,
  }),
  'remote-lease': ({ why, terms }) => leaseWords('the lease for other clones', REMOTE_LEASE_TROUBLES[why], terms),
  'worktrees-template': ({ text, usual }) => ({
    says: `claim.worktrees ${JSON.stringify(text)} has no <order> in it`,
    hint: `the default is ${usual}`,
  }),
};

const LEASE_TROUBLES: Readonly<Record<LeaseTrouble, string>> = {
  'beat-too-short': 'claim.heartbeat must be at least 200ms, because each beat starts a program',
  'expire-too-early': 'claim.expireAfter must be at least claim.staleAfter plus claim.grace',
  'grace-too-short': 'claim.grace must be at least two polls (two thirds of claim.heartbeat)',
  'not-above-zero': 'claim.heartbeat, claim.staleAfter, claim.expireAfter and claim.grace must be above zero',
  'stale-before-beat': 'claim.staleAfter must be longer than claim.heartbeat',
};

const REMOTE_LEASE_TROUBLES: Readonly<Record<LeaseTrouble, string>> = {
  'beat-too-short': 'claim.remoteHeartbeat must be at least 200ms, because each beat starts a program',
  'expire-too-early': 'claim.remoteExpireAfter must be at least claim.remoteStaleAfter plus claim.remoteGrace',
  'grace-too-short': 'claim.remoteGrace must be at least two beats (claim.remoteHeartbeat) and a quarter of one, or 30s',
  'not-above-zero':
    'claim.remoteHeartbeat, claim.remoteStaleAfter, claim.remoteExpireAfter and claim.remoteGrace must be above zero',
  'stale-before-beat': 'claim.remoteStaleAfter must be longer than claim.remoteHeartbeat',
};

function leaseWords(what: string, trouble: string, { beatMs, staleMs, expireMs, graceMs }: LeaseNumbers) {
  return {
    says: `${what} cannot work: ${trouble}`,
    hint: `they are heartbeat ${seconds(beatMs)}, staleAfter ${seconds(staleMs)}, expireAfter ${seconds(expireMs)}, grace ${seconds(graceMs)}; if you set one, you may have to set the others`,
  };
}

function seconds(ms: number): string {
  return `${ms / 1000}s`;
}
