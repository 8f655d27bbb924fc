import type { Diagnosis } from '../usecases/doctor/doctor.ts';
import { detail, type Page, paint, place, shown } from './page.ts';

export function diagnosisText(page: Page, { findings }: Diagnosis, allWell: string): string {
  const lines = findings.flatMap((one) => {
    const where =
      one.place === null || one.message.startsWith(one.place)
        ? ''
        : `${one.place.startsWith('/') ? place(page, one.place) : shown(one.place)}: `;
    const color = one.isFixed ? 'green' : one.severity === 'warn' ? 'yellow' : 'dim';
    const said = `${paint(page, color, one.isFixed ? 'mended' : one.severity)}  ${where}${shown(one.message)}`;
    return [said, ...(one.remedy === null || one.isFixed ? [] : [detail(page, 'remedy', shown(one.remedy))])];
  });
  return [...lines, ...(isWell(findings) ? [paint(page, 'green', allWell)] : [])].join('\n');
}

/** Whether nothing is left to see to. */
export function isWell(findings: Diagnosis['findings']): boolean {
  return findings.every(({ severity, isFixed }) => severity === 'info' || isFixed);
}
