import { type Found, type Symptom, symptom } from '../../core/doctor/symptom.ts';
import type { Ports } from '../ports.ts';

/** The oldest git that has everything we need. */
const GIT_MIN = [2, 36] as const;

/** Of a file that is something else altogether, nobody reads more. */
const COMPLAINTS_MAX = 20;

/** If the clock of a file system differs by more, locks look older or younger than they are. */
const CLOCK_MS_MAX = 5_000;

/** Looks for locks that a killed git left behind. */
export async function examineLocks(ports: Ports, isFixing: boolean): Promise<Found[]> {
  const locks = await (await ports.host()).oldLocks(isFixing);
  return locks.map(({ path, why, isStale, isCleared }) => ({
    ...symptom('lock', { what: 'lock', why: isStale ? null : why }, { place: path, isFixable: isStale }),
    isFixed: isCleared,
  }));
}

/** Claims of one clone are unknown to another. */
export async function examineClones(ports: Ports): Promise<Symptom[]> {
  const clones = await (await ports.host()).clones();
  return clones.map((path) => symptom('other-clone', { what: 'other-clone' }, { severity: 'info', place: path }));
}

/** Looks at the settings that come with the repository. */
export async function examineCommitted(ports: Ports): Promise<Symptom[]> {
  const { complaints, otherRemote } = (await ports.host()).committed;
  return [
    ...complaints.slice(0, COMPLAINTS_MAX).map((complaint) =>
      // A newer version may know the key.
      symptom('committed', { what: 'committed', complaint }, complaint.kind === 'unknown' ? { severity: 'info' } : {}),
    ),
    ...(otherRemote === null ? [] : [symptom('committed', { what: 'other-remote', ...otherRemote })]),
  ];
}

/** Finds out whether anything can be written, which everything else depends on. */
export async function examineAccess(ports: Ports): Promise<Symptom[]> {
  const { unwritable } = await (await ports.host()).facts();
  if (unwritable === null) return [];
  const { place, said, isReadOnly } = unwritable;
  return [symptom('file-system', { what: 'unwritable', said, isReadOnly }, { place })];
}

/** Looks at versions, the cache, the clock and the file system. */
export async function examineHost(ports: Ports): Promise<Symptom[]> {
  const { git, node, fileClockAheadMs, foldsCase, isGitToldOfCase } = await (await ports.host()).facts();
  // The cache is opened by the first question.
  ports.presence.sessions();
  const { trouble, driver } = ports.cache;
  return [
    ...(trouble === null ? [] : [symptom('cache', { what: 'cache', trouble })]),
    ...(fileClockAheadMs !== null && Math.abs(fileClockAheadMs) > CLOCK_MS_MAX
      ? [symptom('clock', { what: 'file-clock', aheadMs: fileClockAheadMs })]
      : []),
    ...(foldsCase === isGitToldOfCase ? [] : [symptom('file-system', { what: 'letter-case', foldsCase })]),
    ...(ports.processes.boot === null ? [symptom('file-system', { what: 'no-boot-id' }, { severity: 'info' })] : []),
    version(git, node, driver),
  ];
}

function version(git: string, node: string, driver: string | null): Symptom {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(git) ?? [];
  const isOld = Number(major) < GIT_MIN[0] || (Number(major) === GIT_MIN[0] && Number(minor) < GIT_MIN[1]);
  const about = { what: 'version', git, node, driver, gitMin: GIT_MIN.join('.'), isOld } as const;
  return symptom('version', about, { severity: isOld ? 'warn' : 'info' });
}
