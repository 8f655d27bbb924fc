import { oneLine } from '../core/line.ts';
import { COMMITTED_BYTES_MAX, COMMITTED_FILE, type CommittedComplaint } from '../core/settings/committed.ts';
import { shellWord } from './shell-word.ts';

/** Says what of the committed settings is not honoured. */
export function complaintText(complaint: CommittedComplaint): string {
  switch (complaint.kind) {
    case 'unknown':
      return `${COMMITTED_FILE} may not set ${oneLine(complaint.key)}, so that is not heeded`;
    case 'refused':
      return `${COMMITTED_FILE} sets ${complaint.key} to ${JSON.stringify(complaint.text)}, which no committed file may, so that is not heeded`;
    case 'unreadable':
      return `${COMMITTED_FILE} is not heeded: ${UNREADABLE[complaint.why]}`;
  }
}

export function complaintRemedy(complaint: CommittedComplaint): string {
  if (complaint.kind === 'unreadable') return `git config --file ${COMMITTED_FILE} --list shows what git makes of it`;
  if (!complaint.key.startsWith('claim.')) return `take it out of ${COMMITTED_FILE}`;
  return `take it out of ${COMMITTED_FILE}; whoever wants it sets it in a clone of their own: git config ${shellWord(complaint.key)} <value>`;
}

export function otherRemoteText({ own, committed }: { readonly own: string; readonly committed: string }): string {
  return `claim.remote is ${own} in this clone, and ${committed} in ${COMMITTED_FILE}: what other clones claim there is not seen here`;
}

const UNREADABLE = {
  special: 'it is not a plain file that can be read',
  'too-large': `it is larger than ${COMMITTED_BYTES_MAX / 1024} kB`,
  syntax: 'git cannot parse it',
} as const;
