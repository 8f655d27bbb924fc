import type { Found } from '../../core/doctor/symptom.ts';
import { type Symptom, symptom } from '../../core/doctor/symptom.ts';
import type { Ports } from '../ports.ts';

/** The oldest git with everything that is needed. */
const GIT_MIN = [2, 36] as const;

/** A file system whose clock differs by more makes locks look older or younger than they are. */
const CLOCK_MS_MAX = 5_000;

/** Looks for locks that a killed git left behind. */
export async function examineLocks(ports: Ports, isFixing: boolean): Promise<Found[]> {
  const locks = await (await ports.host()).oldLocks(isFixing);
  return locks.map(({ path, why, isStale, isCleared }) => ({
    ...symptom('lock', isStale ? 'a git that was killed left this lock behind' : `this lock is in the way, perhaps: ${why}`, {
      place: path,
      remedy: isStale
        ? 'git claim doctor --fix, or the next git claim that it is in the way of'
        : 'when no git runs in this repository, on any machine, remove it',
      isFixable: isStale,
    }),
    isFixed: isCleared,
  }));
}

/** Claims of one clone are unknown to another. */
export async function examineClones(ports: Ports): Promise<Symptom[]> {
  const clones = await (await ports.host()).clones();
  return clones.map((path) =>
    symptom('other-clone', 'this is another clone of the same repository: claims made there are not seen here', {
      severity: 'info',
      place: path,
      remedy: 'let all sessions work in work trees of one clone; git claim <order> makes them',
    }),
  );
}

/** Looks at versions, the cache, the clock and the file system. */
export async function examineHost(ports: Ports): Promise<Symptom[]> {
  const { git, node, fileClockAheadMs, foldsCase, isGitToldOfCase } = await (await ports.host()).facts();
  // It is opened when it is first asked for something.
  ports.cache.sessions();
  const { trouble } = ports.cache;
  return [
    ...(trouble === null ? [] : [cacheTrouble(trouble)]),
    ...(fileClockAheadMs !== null && Math.abs(fileClockAheadMs) > CLOCK_MS_MAX ? [fileClock(fileClockAheadMs)] : []),
    ...(foldsCase === isGitToldOfCase ? [] : [caseTrouble(foldsCase)]),
    ...(ports.processes.boot === null ? [noBootId()] : []),
    version(git, node),
  ];
}

function cacheTrouble(trouble: string): Symptom {
  return symptom('cache', `there are no signs of life: ${trouble}`, {
    remedy: trouble.includes('better-sqlite3')
      ? 'reinstall git-claim with its optional dependencies; claims work meanwhile, with patience in the place of heartbeats'
      : 'claims work without it; .git/claim/cache.db may be deleted at any moment',
  });
}

function fileClock(aheadMs: number): Symptom {
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  return symptom('clock', `the file system's clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine's`, {
    remedy: 'set both by a time server',
  });
}

function caseTrouble(foldsCase: boolean): Symptom {
  const remedy = `git config core.ignorecase ${foldsCase}`;
  return symptom(
    'file-system',
    `the disk takes A and a for ${foldsCase ? 'one name' : 'two names'}, and git was told otherwise`,
    {
      remedy,
    },
  );
}

function noBootId(): Symptom {
  return symptom('file-system', 'this system tells no boot id, so no process is ever proved dead', {
    severity: 'info',
    remedy: 'nothing: silent claims are taken after a challenge instead',
  });
}

function version(git: string, node: string): Symptom {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(git) ?? [];
  const isOld = Number(major) < GIT_MIN[0] || (Number(major) === GIT_MIN[0] && Number(minor) < GIT_MIN[1]);
  return symptom('version', `${git}, Node.js ${node}`, {
    severity: isOld ? 'warn' : 'info',
    remedy: isOld ? `git ${GIT_MIN.join('.')} or newer is needed` : null,
  });
}
