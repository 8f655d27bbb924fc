import { type ClaimRecord, isLive } from '../claim/record.ts';
import { formatInstant, parseInstant } from '../time.ts';
import { type FieldEdit, fieldIn } from './front-matter-edit.ts';
import { statusOf, wordFor } from './status-words.ts';

/** The fields that a claim can write into the front matter of its order, in the order in which they are written. */
export const MIRROR_FIELDS = ['status', 'claimed_by', 'claimed_at', 'lease_expires_at'] as const;
export type MirrorField = (typeof MIRROR_FIELDS)[number];

/** The lines of a file before a claim first wrote into it; null for a field that was not there. */
export type LinesBefore = { readonly [Field in MirrorField]?: string | null };

export function linesBefore(text: string, fields: readonly MirrorField[]): LinesBefore {
  return Object.fromEntries(fields.map((field) => [field, fieldIn(text, field)?.line ?? null]));
}

/**
 * Returns what the file must say of a claim. While the claim is live, the order is in progress. When it ends,
 * the previous lines come back, unless the work is complete. A status that says the same in another word stays,
 * as does one that a person wrote meanwhile.
 *
 * @param text the file as it is now
 * @param before the lines before the claim; empty if unknown
 */
export function mirroredFields(
  text: string,
  record: ClaimRecord,
  fields: readonly MirrorField[],
  before: LinesBefore,
): Map<MirrorField, FieldEdit> {
  const edits = new Map<MirrorField, FieldEdit>();
  for (const field of MIRROR_FIELDS) {
    if (!fields.includes(field)) continue;
    const edit = field === 'status' ? statusEdit(text, record, before.status) : valueEdit(record, field, before[field]);
    if (edit !== undefined) edits.set(field, edit);
  }
  return edits;
}

/** Returns undefined if the file has no status and needs none. */
function statusEdit(text: string, record: ClaimRecord, before: string | null | undefined): FieldEdit | undefined {
  const field = fieldIn(text, 'status');
  const word = field?.value ?? '';
  const same = field === null ? undefined : { value: word };
  const earlier = before === undefined || before === null ? '' : (fieldIn(`---\n${before}\n---\n`, 'status')?.value ?? '');
  const status = statusOf(word);
  const samples = [earlier, word];
  if (isLive(record)) return status === 'in_progress' ? same : { value: wordFor('in_progress', samples) };
  if (record.state === 'completed') return status === 'complete' ? same : { value: wordFor('complete', samples) };
  if (status !== 'in_progress') return same;
  if (before === null) return null;
  const wasOver = ['in_progress', 'complete'].includes(statusOf(earlier) ?? '');
  return before === undefined || wasOver ? { value: wordFor('ready', samples) } : { line: before };
}

function valueEdit(record: ClaimRecord, field: MirrorField, before: string | null | undefined): FieldEdit {
  const value = isLive(record) || record.state === 'completed' ? claimValue(record, field) : null;
  if (value !== null) return { value };
  return before === undefined || before === null ? null : { line: before };
}

function claimValue(record: ClaimRecord, field: MirrorField): string | null {
  switch (field) {
    case 'status':
      return record.state;
    case 'claimed_by':
      return record.holder.id;
    case 'claimed_at':
      return record.claimedAt;
    case 'lease_expires_at':
      return isLive(record) ? formatInstant((parseInstant(record.recordedAt) ?? 0) + record.lease.expireMs) : null;
  }
}
