import { diagnosisText, isWell } from '../text/doctor.ts';
import { wordedSymptom } from '../text/documents/symptom.ts';
import type { Diagnosis } from '../usecases/doctor/doctor.ts';
import { type Answer, answer } from './answer.ts';

/** Returns findings as an answer. If something is left to repair, the exit code says so, as after a check. */
export function diagnosed(diagnosis: Diagnosis, allWell: string): Answer {
  const findings = diagnosis.findings.map((one) => ({ ...wordedSymptom(one), fixed: one.isFixed }));
  const said = answer({ findings }, (page) => diagnosisText(page, diagnosis, allWell));
  return isWell(diagnosis.findings) ? said : { ...said, exit: 5 };
}
