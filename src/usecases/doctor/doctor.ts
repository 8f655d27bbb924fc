import { type Found, isSameSymptom, type Symptom } from '../../core/doctor/symptom.ts';
import { hookPlaces, reinstall } from '../init.ts';
import type { Ports } from '../ports.ts';
import { examineClaims } from './claims.ts';
import { examineAccess, examineClones, examineCommitted, examineHost, examineLocks } from './host.ts';
import { examineMode } from './mode.ts';
import { examineContact, examineRemote } from './remote.ts';
import { examineTrees } from './trees.ts';

/** What was found, and what was fixed. */
export type Diagnosis = {
  readonly kind: 'diagnosis';
  readonly findings: readonly Found[];
};

/**
 * Looks for everything that keeps claims from working as promised.
 *
 * @param isFixing repairs what can be repaired without losing anything: our hooks, and locks that are provably abandoned
 */
export async function doctor(ports: Ports, isFixing: boolean): Promise<Diagnosis> {
  const findings = [
    ...(await examineAccess(ports)).map(unfixed),
    ...(await examineAndRepairHooks(ports, isFixing)),
    ...(await examineLocks(ports, isFixing)),
    ...(await examineClaims(ports)).map(unfixed),
    ...(await examineTrees(ports, isFixing)),
    ...(await examineClones(ports)).map(unfixed),
    ...(await examineHost(ports)).map(unfixed),
    ...(await examineCommitted(ports)).map(unfixed),
    ...(await examineMode(ports)).map(unfixed),
    ...(await examineContact(ports, isFixing)),
  ];
  return { kind: 'diagnosis', findings };
}

/** Finds what is missing of everything that `git claim init` installs, and hooks that do not run in a worktree. */
export async function checkInstallation(ports: Ports): Promise<Diagnosis> {
  const findings = [...(await examineHooks(ports)), ...(await examineRemote(ports))];
  return {
    kind: 'diagnosis',
    findings: findings.map((one) => ({
      ...one,
      // A caller who asks this is not content with a repository without our setup. Hooks of others are theirs.
      severity: ['other-hooks', 'agents', 'mirror'].includes(one.kind) ? one.severity : 'warn',
      isFixed: false,
    })),
  };
}

async function examineAndRepairHooks(ports: Ports, isFixing: boolean): Promise<Found[]> {
  const found = await examineHooks(ports);
  if (!isFixing || !found.some(({ isFixable }) => isFixable)) return found.map(unfixed);
  await reinstall(ports, false);
  const left = await examineHooks(ports);
  const isLeft = (one: Symptom) => left.some((other) => isSameSymptom(one, other));
  return found.map((one) => ({ ...one, isFixed: one.isFixable && !isLeft(one) }));
}

async function examineHooks(ports: Ports): Promise<Symptom[]> {
  return (await ports.installation()).examine(await hookPlaces(ports));
}

function unfixed(one: Symptom): Found {
  return { ...one, isFixed: false };
}
