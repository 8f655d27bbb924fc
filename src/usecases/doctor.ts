import type { Finding } from '../core/doctor/finding.ts';
import type { Ports } from './ports.ts';

/** What was found, and what was done about it. */
export type Diagnosis = {
  readonly kind: 'diagnosis';
  readonly findings: readonly (Finding & { readonly isFixed: boolean })[];
};

/** Says whether everything that init puts into a repository is in place and runs in every work tree. */
export async function checkInstallation(ports: Ports): Promise<Diagnosis> {
  const findings = await examineHooks(ports);
  // Whoever asks whether it is in place is not content with a repository where it was never put.
  return { kind: 'diagnosis', findings: findings.map((one) => ({ ...one, severity: 'warn', isFixed: false })) };
}

async function examineHooks(ports: Ports): Promise<Finding[]> {
  const trees = (await ports.worktrees.list()).filter(({ isBare, isMissing }) => !isBare && !isMissing);
  const places = trees.length > 0 ? trees.map(({ path }) => path) : [ports.places.mainDir];
  return (await ports.installation()).examine(places);
}
