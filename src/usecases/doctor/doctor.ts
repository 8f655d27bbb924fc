import { type Found, isSameSymptom, type Symptom } from '../../core/doctor/symptom.ts';
import { hookPlaces, init } from '../init.ts';
import type { Ports } from '../ports.ts';
import { examineClaims } from './claims.ts';
import { examineClones, examineHost, examineLocks } from './host.ts';
import { examineMode } from './mode.ts';

/** What was found, and what was done about it. */
export type Diagnosis = {
  readonly kind: 'diagnosis';
  readonly findings: readonly Found[];
};

/**
 * Looks for everything that keeps claims from working as promised.
 *
 * @param isFixing sees to what can be seen to without anything being lost: hooks of ours, and locks that are provably nobody's
 */
export async function doctor(ports: Ports, isFixing: boolean): Promise<Diagnosis> {
  const findings = [
    ...(await examineAndRepairHooks(ports, isFixing)),
    ...(await examineLocks(ports, isFixing)),
    ...(await examineClaims(ports)).map(unfixed),
    ...(await examineClones(ports)).map(unfixed),
    ...(await examineHost(ports)).map(unfixed),
    ...(await examineMode(ports)).map(unfixed),
  ];
  return { kind: 'diagnosis', findings };
}

/** Says whether everything that init puts into a repository is in place and runs in every work tree. */
export async function checkInstallation(ports: Ports): Promise<Diagnosis> {
  const findings = await examineHooks(ports);
  return {
    kind: 'diagnosis',
    findings: findings.map((one) => ({
      ...one,
      // Whoever asks whether it is in place is not content with a repository where it was never put. Hooks of others are theirs.
      severity: one.kind === 'other-hooks' ? one.severity : 'warn',
      isFixed: false,
    })),
  };
}

async function examineAndRepairHooks(ports: Ports, isFixing: boolean): Promise<Found[]> {
  const found = await examineHooks(ports);
  if (!isFixing || !found.some(({ isFixable }) => isFixable)) return found.map(unfixed);
  await init(ports, { mode: null, agentsMd: false, claude: false }, false);
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
