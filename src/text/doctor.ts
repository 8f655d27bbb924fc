import type { Diagnosis } from '../usecases/doctor/doctor.ts';
import { detail, type Page, paint, place, shown } from './page.ts';
import { symptomRemedy } from './remedy.ts';
import { symptomMessage } from './symptom.ts';

export function diagnosisText(page: Page, { findings }: Diagnosis, allWell: string): string {
  const lines = findings.flatMap((one) => {
    // A finding about a ref names the ref.
    const where = one.place === null || one.about.what === 'foreign-ref' ? '' : `${place(page, one.place)}: `;
    const remedy = symptomRemedy(one);
    const color = one.isFixed ? 'green' : one.severity === 'warn' ? 'yellow' : 'dim';
    const said = `${paint(page, color, one.isFixed ? 'fixed' : one.severity)}  ${where}${shown(symptomMessage(one))}`;
    return [said, ...(remedy === null || one.isFixed ? [] : [detail(page, 'remedy', shown(remedy))])];
  });
  return [...lines, ...(isWell(findings) ? [paint(page, 'green', allWell)] : [])].join('\n');
}

/** Tells whether nothing is left to repair. */
export function isWell(findings: Diagnosis['findings']): boolean {
  return findings.every(({ severity, isFixed }) => severity === 'info' || isFixed);
}

/** What a diagnosis says where nothing is left to repair. */
export const NO_PROBLEMS = 'no problems found';
export const ALL_SET_UP = 'git-claim is set up, and its hooks run in every worktree';
