import type { Finding, FindingRow } from '../../core/check/finding.ts';
import { findingMessage } from '../finding.ts';

/** A finding in a document: the FINDING of docs/json.md. */
export type WordedFinding = FindingRow & { readonly message: string };

/** Returns the rows of a document. All paths are absolute. */
export function findingRows(findings: readonly Finding[]): WordedFinding[] {
  return findings.map((finding) => {
    const { about: _, ...row } = finding;
    return { ...row, message: findingMessage(finding) };
  });
}
