import type { Disproof, DisproofReason, RemoteFailure, Unfit } from '../../core/failures/remote.ts';
import { formatDuration } from '../../core/time.ts';
import { shellWord } from '../shell-word.ts';
import { firstOf, inQuotes, type Words } from './wording.ts';

export const NO_ANSWER = 'no answer in time';

export const REMOTE_WORDS: Words<RemoteFailure> = {
  'branch-strayed': ({ remote, branch, isForced }) => ({
    says: isForced
      ? `${branch} on ${remote} is not where it was last seen: nothing was pushed`
      : `${branch} on ${remote} has commits that this branch lacks: nothing was pushed`,
    hint: isForced
      ? `git fetch ${remote} shows what is there now; then the same command again`
      : `take them in: git pull --rebase ${remote} ${shellWord(branch)}; if you rewrote the branch yourself: git claim push --force`,
  }),
  'no-such-remote': ({ text, names }) => ({
    says: `${inQuotes(text, 80)} is neither a remote of this repository nor an address`,
    hint:
      names.length === 0
        ? 'git remote add origin <address>, or give the address itself'
        : `its remotes: ${firstOf(names, 5)}; an address begins with https://, ssh://, git:// or file://, or is a folder`,
  }),
  'push-refused': ({ remote, said }) => ({
    says: `${remote} refuses the push: ${said}`,
    hint: 'neither the branch nor the claim was changed there (docs/remote.md)',
  }),
  'push-unreachable': ({ remote, said }) => ({
    says: `${remote} cannot be reached, so nothing was pushed: ${said ?? NO_ANSWER}`,
    hint: 'the same command again when it can be reached',
  }),
  'push-unsure': ({ remote, said }) => ({
    says: `${remote} gave no answer, so nobody knows whether it has the branch: ${said ?? NO_ANSWER}`,
    hint: 'the same command again when it can be reached: a push that has arrived is not repeated',
  }),
  'remote-address': ({ text, why }) => ({ says: `${inQuotes(text, 120)} ${ADDRESS_TROUBLES[why]}`, hint: ADDRESS_HINTS[why] }),
  'remote-by-agent': ({ now }) => ({
    says: `only a person shares claims through another remote than ${now}`,
    hint: 'go on as it is; git claim status shows how',
  }),
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
  'remote-takes-tags': ({ remote, prefix, taken }) => ({
    says: `${remote} takes claims only below ${taken}, and this repository has claims below ${prefix}`,
    hint: 'start anew with git claim init --purge, or name another repository: claims need not be where the code is',
  }),
  'remote-unfit': ({ remote, why }) => ({ says: unfitText(remote, why), hint: unfitRemedy(why) }),
  'remote-unproved': ({ remote, prefixes, disproofs, left }) => ({
    says: `claims cannot be shared through ${remote}`,
    reasons: disproofs.map((one) => disproofText(one, prefixes)),
    hint:
      left.length === 0
        ? 'ask whoever runs it, or name another repository: claims need not be where the code is'
        : `the trial left refs there, which whoever may deletes: git push ${shellWord(remote)} --delete ${left.join(' ')}`,
  }),
  'remote-unreachable': ({ remote, said }) => ({
    says: `${remote} cannot be reached, so nobody can confirm this: ${said ?? NO_ANSWER}`,
    hint: 'run it again when the remote can be reached, or go on without it and be confirmed later: --offline',
  }),
  'remote-unread': ({ remote, said }) => ({ says: `${remote} cannot be read: ${said ?? NO_ANSWER}` }),
  'remote-unsure': ({ remote, said }) => ({
    says: `${remote} gave no answer, so nobody knows whether it changed the claim: ${said ?? NO_ANSWER}`,
    hint: 'when it can be reached: git claim sync',
  }),
  'remote-untried': ({ remote, said }) => ({
    says: `${remote} cannot be reached, so it was not tried out: ${said ?? NO_ANSWER}`,
    hint: `nothing was set; git must be able to push there without asking for a password (a credential helper, an ssh agent)`,
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

/** Says what keeps claims from being shared through a remote as it is configured. */
export function unfitText(remote: string, why: Unfit): string {
  if (why.kind === 'several') return `${remote} has several addresses, so a push to it is several pushes`;
  if (why.kind === 'apart')
    return `git pushes to another repository than it fetches from, for ${remote}: nobody would see what is claimed`;
  return `remote.${why.remote}.${why.key} is ${inQuotes(why.text, 80)}: that moves every ref, and deletes claims`;
}

/** Says what to do about it. */
export function unfitRemedy(why: Unfit): string {
  if (why.kind === 'several') return 'name one address';
  if (why.kind === 'apart') return 'git remote -v shows both; name the address itself: git claim init --remote <address>';
  const key = shellWord(`remote.${why.remote}.${why.key}`);
  return `git config --unset-all ${key}, or share claims through another repository: they need not be where the code is`;
}

/** Says what a remote did in a trial that it must not do. */
function disproofText({ proof, why, said }: Disproof, prefixes: readonly string[]): string {
  const what = proof === 'takes' ? `it takes no refs below ${prefixes.join(' or ')}` : DISPROOFS[why];
  return said === null || said === '' ? what : `${what}: ${said}`;
}

const DISPROOFS: Readonly<Record<DisproofReason, string>> = {
  'both-won': 'of two pushes that expected the same it accepted both',
  hidden: 'it hides claims from whoever fetches',
  'no-atomic': 'it has no atomic pushes, which move all refs or none',
  'none-won': 'of two pushes that expected the same it accepted none',
  'not-given': 'it does not give its tags to whoever fetches',
  'not-kept': 'it does not have what it accepted',
  peeled: 'it drops annotated tags, which claims are',
  refused: 'it deletes no refs',
  'still-there': 'it has refs still that it said it deleted',
  torn: 'it moved one ref of an atomic push that it refused',
};
