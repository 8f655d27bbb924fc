import type { SystemFailure } from '../../core/failures/system.ts';
import type { Words } from './wording.ts';

export const SYSTEM_WORDS: Words<SystemFailure> = {
  'answer-lost': ({ errno }) => ({
    says: `the answer could not be written to standard output: ${errnoText(errno)}`,
    hint: 'the command itself was carried out; git claim shows what you hold',
  }),
  'answer-not-kept': ({ folder, errno }) => ({
    says: `your answer cannot be remembered in ${folder}: ${errnoText(errno)}`,
    hint: 'set XDG_STATE_HOME to a folder that you may write to, and answer again',
  }),
  'no-folder': () => ({
    says: 'the folder that this command runs in no longer exists',
    hint: 'change to one that does, such as the repository',
  }),
  system: ({ errno, call, path }) => ({
    says: `cannot ${CALLS[call] ?? call}${path === null ? '' : ` ${path}`}: ${errnoText(errno)}`,
    hint: 'git claim doctor looks for what else may be in the way',
  }),
};

/** Returns why the operating system refused, as the end of a sentence. */
function errnoText(errno: string): string {
  return ERRNOS[errno] ?? errno;
}

const ERRNOS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'something else is there',
  EIO: 'the disk reports an error',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links lead in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ENFILE: 'too many files are open on this machine',
  ENOENT: 'it does not exist',
  ENOSPC: 'no space is left on the disk',
  ENOTDIR: 'a folder on its way is a file',
  ENOTEMPTY: 'it is not empty',
  EPERM: 'the system does not allow it',
  EROFS: 'the file system is read-only',
};

const CALLS: Readonly<Record<string, string>> = {
  access: 'look at',
  chmod: 'change the permissions of',
  copyfile: 'copy',
  lstat: 'look at',
  mkdir: 'make',
  rmdir: 'remove',
  scandir: 'list',
  stat: 'look at',
  unlink: 'remove',
  write: 'write',
};
