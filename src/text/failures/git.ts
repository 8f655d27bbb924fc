import type { GitFailure, GitStop, Sandbox } from '../../core/failures/git.ts';
import type { Words } from './wording.ts';

/** How people know the agents whose sandboxes are recognised. */
export const SANDBOX_NAMES: Readonly<Record<Sandbox, string>> = { claude: 'Claude Code', codex: 'Codex' };

const STOPS: Readonly<Record<GitStop, string>> = { 'too-long': 'its answer is too long', 'too-slow': 'it took too long' };

export const GIT_WORDS: Words<GitFailure> = {
  'changes-unlisted': ({ path, said }) => ({ says: `git cannot tell what is changed in ${path}: ${said}` }),
  'claim-not-written': ({ said }) => ({
    says: `git did not write the claim: ${said}`,
    hint: 'nothing was changed; try again, and see git claim status',
  }),
  'claims-unreadable': ({ said }) => ({ says: `the claims cannot be read: ${said}`, hint: 'git fsck says what is wrong' }),
  'config-locked': ({ lock }) => ({
    says: `${lock} is in the way: git is changing the configuration, or was killed while it did`,
    hint: `remove ${lock} when no git command runs here`,
  }),
  contended: ({ names, rounds }) => ({
    says: `${names.join(', ')} changed hands ${rounds} times while this was being decided`,
    hint: 'try again in a moment; git claim list shows who holds what, git claim doctor what else may be in the way',
  }),
  'file-changing': ({ file }) => ({ says: `another process is changing ${file}`, hint: 'try again' }),
  'finished-unlisted': ({ said }) => ({ says: `git cannot list the work that waits to be merged: ${said}` }),
  'git-not-started': ({ said }) => ({ says: `git cannot be started: ${said}`, hint: 'is git installed and on the PATH?' }),
  'git-read-only': ({ said, mainDir, sandbox }) => ({
    says: `git may not write in this repository from here: ${said}`,
    hint: `${keptBy(sandbox)}: ask the person to run the same command in a terminal of their own, in ${mainDir}, or to start you with git claim run <order> -- <agent>; git claim status and list work here`,
  }),
  'git-refuses': ({ said, trust }) => ({
    says: `git will not work here: ${said}`,
    hint: trust === null ? null : `only a person who trusts its owner should run: ${trust}`,
  }),
  'git-stopped': ({ command, why }) => ({ says: `git ${command} was stopped: ${STOPS[why]}` }),
  'ignored-unlisted': ({ said }) => ({ says: `git cannot list the files it ignores: ${said}` }),
  'include-unusable': ({ file, why, bytesMax }) => ({
    says:
      why === 'special' ? `${file} is not a plain file, so nothing was copied` : `${file} is larger than ${bytesMax / 1024} kB`,
    hint: 'list files and folders in gitignore syntax, one pattern a line',
  }),
  'install-denied': ({ said, place }) => ({
    says: `git-claim may not write here: ${said}`,
    hint: `a coding agent's sandbox keeps hooks and configuration read-only: a person sets this up, in ${place}`,
  }),
  'kept-not-dropped': ({ ref }) => ({
    says: `${ref} could not be dropped, or changed meanwhile`,
    hint: 'git claim rescue --list',
  }),
  'kept-unlisted': ({ said }) => ({ says: `git cannot list the work that is kept: ${said}` }),
  'no-repository': () => ({
    says: 'this is not a git repository (nor is any folder above it)',
    hint: 'run git claim inside the repository whose orders you work on, or git -C <repository> claim',
  }),
  'record-not-written': ({ said }) => ({ says: `git could not write the record: ${said}` }),
  'remains-not-removed': ({ said }) => ({
    says: `git cannot delete the claims: ${said}`,
    hint: 'git claim init --purge goes on where it stopped',
  }),
  'setting-not-set': ({ key, said }) => ({ says: `git cannot set ${key}: ${said}` }),
};

function keptBy(sandbox: Sandbox | null): string {
  return sandbox === null
    ? "a coding agent's sandbox often keeps .git read-only"
    : `${SANDBOX_NAMES[sandbox]}'s sandbox keeps .git read-only`;
}
