import type { Symptom } from '../../core/doctor/symptom.ts';
import { symptomRemedy } from '../remedy.ts';
import { symptomMessage } from '../symptom.ts';

/** A symptom in a document. */
export type WordedSymptom = Pick<Symptom, 'kind' | 'severity' | 'place' | 'order'> & {
  readonly message: string;
  readonly remedy: string | null;
};

export function wordedSymptom(symptom: Symptom): WordedSymptom {
  const { kind, severity, place, order } = symptom;
  return { kind, severity, place, order, message: symptomMessage(symptom), remedy: symptomRemedy(symptom) };
}
