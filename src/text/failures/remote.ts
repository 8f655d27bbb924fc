import type { RemoteFailure } from '../../core/failures/remote.ts';
import type { Words } from './wording.ts';

export const NO_ANSWER = 'no answer in time';

export const REMOTE_WORDS: Words<RemoteFailure> = {
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
  'remote-unsure': ({ remote, said }) => ({
    says: `${remote} gave no answer, so nobody knows whether it changed the claim: ${said ?? NO_ANSWER}`,
    hint: 'when it can be reached: git claim sync',
  }),
};
