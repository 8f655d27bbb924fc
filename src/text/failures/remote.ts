import type { RemoteFailure } from '../../core/failures/remote.ts';
import { formatDuration } from '../../core/time.ts';
import { inQuotes, type Words } from './wording.ts';

export const NO_ANSWER = 'no answer in time';

export const REMOTE_WORDS: Words<RemoteFailure> = {
  'remote-address': ({ text, why }) => ({ says: `${inQuotes(text, 120)} ${ADDRESS_TROUBLES[why]}`, hint: ADDRESS_HINTS[why] }),
  'remote-limit': ({ remote, what, max }) => ({
    says: `${remote} did not list its refs within ${what === 'bytes' ? `${max / 1024 / 1024} MB` : formatDuration(max)}`,
  }),
  'remote-refused': ({ remote, said }) => ({
    says: `${remote} refuses to change the claim: ${said}`,
    hint: 'ask whoever runs it whether it takes refs/claims/ (docs/remote.md)',
  }),
  'remote-rewound': ({ remote, ref }) => ({
    says: `${remote} shows an older ${ref} than it did before: it was perhaps restored from a backup`,
    hint: 'nothing is free by that; git claim doctor shows what is missing there, git claim doctor --fix sends it again',
  }),
  'remote-unreachable': ({ remote, said }) => ({
    says: `${remote} cannot be reached, so nobody can confirm this: ${said ?? NO_ANSWER}`,
    hint: 'run it again when the remote can be reached, or go on without it and be confirmed later: --offline',
  }),
  'remote-unread': ({ remote, said }) => ({ says: `${remote} cannot be read: ${said}` }),
  'remote-unsure': ({ remote, said }) => ({
    says: `${remote} gave no answer, so nobody knows whether it changed the claim: ${said ?? NO_ANSWER}`,
    hint: 'when it can be reached: git claim sync',
  }),
};

const ADDRESS_TROUBLES = {
  'no-address': 'is not the address of a repository',
  'not-http': 'cannot be read without a clone',
  'in-the-clear': 'would be read in the clear, the password included',
} as const;

const ADDRESS_HINTS = {
  'no-address': 'git claim list --remote https://<host>/<repository>.git',
  'not-http': 'use its https address, or run git claim list in a clone',
  'in-the-clear': 'use https; plain http is for this machine only',
} as const;
