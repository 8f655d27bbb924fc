import { type ClaimRecord, isLive } from '../claim/record.ts';
import { formatInstant, parseInstant } from '../time.ts';
import { editFrontMatter, type FieldEdit, fieldIn } from './front-matter-edit.ts';
import { type MirroredLine, withoutMirror } from './mirrored-lines.ts';
import { statusOf, wordFor } from './status-words.ts';

/** The fields that a claim can write into the front matter of its order, in the order in which they are written. */
export const MIRROR_FIELDS = ['status', 'claimed_by', 'claimed_at', 'lease_expires_at'] as const;
export type MirrorField = (typeof MIRROR_FIELDS)[number];

export type MirrorWish = {
  readonly fields: readonly MirrorField[];
  /** Whether git is given the file without these lines. */
  readonly isHidden: boolean;
};

/** A file with the lines of a claim, and what stood in their place. Without lines it is the file as it was. */
export type MirroredText = { readonly text: string; readonly lines: readonly MirroredLine[] };

/**
 * Returns a file as it must be for a claim. While the claim is live, the order is in progress. Complete work stays so until the
 * file itself says it. In any other state the file is what it would be without us. A status that says the same in another word
 * stays.
 *
 * @param text the file as it is now, one character per byte
 * @param known the lines that were written before
 */
export function mirroredText(
  text: string,
  record: ClaimRecord,
  known: readonly MirroredLine[],
  { fields, isHidden }: MirrorWish,
): MirroredText {
  const own = withoutMirror(text, known);
  const status = statusOf(fieldIn(own, 'status')?.value ?? '');
  const isOver = !isLive(record) && (record.state !== 'completed' || status === 'complete');
  if (isOver) return { text: own, lines: [] };
  const wanted = MIRROR_FIELDS.filter((field) => fields.includes(field));
  const written = (isMarking: boolean) => {
    const edits = new Map(wanted.flatMap((field) => (edited(own, record, field, isMarking) ?? []) as [MirrorField, FieldEdit][]));
    const shown = editFrontMatter(own, edits);
    return { text: shown, lines: wanted.flatMap((field) => lineOf(field, own, shown, shown === text ? [] : known)) };
  };
  const plain = written(isHidden && !isLive(record));
  // Without another line of the claim, nothing but a mark tells whose a status is.
  return isHidden && plain.lines.every(({ field }) => field === 'status') ? written(true) : plain;
}

/**
 * Marks a status that nobody has committed. Somebody who deletes this comment makes the status the file's own, and git sees it.
 */
const UNCOMMITTED = '# uncommitted (git-claim)';

function edited(own: string, record: ClaimRecord, field: MirrorField, isMarking: boolean): [[MirrorField, FieldEdit]] | null {
  if (field !== 'status') {
    const value = claimValue(record, field);
    return value === null ? null : [[field, { value }]];
  }
  const word = fieldIn(own, 'status')?.value ?? '';
  const meant = isLive(record) ? 'in_progress' : 'complete';
  if (statusOf(word) === meant) return null;
  return [[field, { value: wordFor(meant, [word]), note: isMarking ? UNCOMMITTED : null }]];
}

function claimValue(record: ClaimRecord, field: Exclude<MirrorField, 'status'>): string | null {
  switch (field) {
    case 'claimed_by':
      return record.holder.id;
    case 'claimed_at':
      return record.claimedAt;
    case 'lease_expires_at':
      return isLive(record) ? formatInstant((parseInstant(record.recordedAt) ?? 0) + record.lease.expireMs) : null;
  }
}

/** Returns what was written for a field. What was written just before stays known, because the file still says that. */
function lineOf(field: MirrorField, own: string, shown: string, known: readonly MirroredLine[]): MirroredLine[] {
  const [before, now] = [fieldIn(own, field), fieldIn(shown, field)];
  if (now === null || now.line === before?.line) return [];
  const { key, value, comment } = now;
  const isMarked = comment.includes(UNCOMMITTED);
  const earlier = known
    .flatMap((line) => (line.field === field ? line.shown : []))
    .filter((one) => one.value !== value || one.comment !== comment);
  return [{ field, before: before?.line ?? null, shown: [{ key, value, comment, isMarked }, ...earlier] }];
}
