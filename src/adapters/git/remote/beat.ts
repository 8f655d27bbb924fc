import type { CloneId, Oid } from '../../../core/ids.ts';
import { type Beat, decodeBeat, encodeBeat } from '../../../core/liveness/beat.ts';
import type { Tagger } from '../../../core/record/codec.ts';
import type { Beaten } from '../../../ports/shared-claims.ts';
import { step } from '../../system/step.ts';
import { gitObject } from '../git-object.ts';
import { type FoundObject, readObjects } from '../read-objects.ts';
import { updateRefs } from '../refs/ref-transaction.ts';
import type { Repository } from '../repository.ts';
import { writeObjects } from '../write-objects.ts';
import type { Reach } from './contact.ts';
import { isOfOther, noteOwn } from './own-beats.ts';
import { pushRefs } from './push.ts';

/**
 * Replaces this clone's beat on the remote by a new one, if the remote has one of ours, or none.
 *
 * @param file keeps which are ours
 * @param vouches the marks of records whose holders are alive
 */
export async function pushBeat(
  { repository, remote, refs }: Reach,
  { clone, file, nonce, tagger }: { clone: CloneId; file: string; nonce: string; tagger: Tagger },
  vouches: ReadonlySet<string>,
): Promise<Beaten> {
  const { ref, seen } = refs.beatOf(clone);
  const [found] = await readObjects(repository.git, [seen]);
  const before = (found?.oid ?? null) as Oid | null;
  if (isOfOther(before, file)) return 'doubled';
  const last = found ? beatIn(found, clone) : null;
  const nothing = gitObject(repository.objectFormat, 'tree', '');
  const beat = { clone, count: (last?.count ?? 0) + 1, vouches };
  const tag = gitObject(repository.objectFormat, 'tag', encodeBeat(beat, nonce, nothing.oid, tagger));
  if ((await writeObjects(repository, [nothing, tag])) !== null) return 'not-sent';
  // Noted before it is sent: whatever the remote shows later, it is ours.
  noteOwn(file, tag.oid);
  const outcome = await pushRefs(repository, remote, [{ ref, expected: before, to: tag.oid }], false);
  step('after the beat');
  if (outcome.kind === 'unknown' || !outcome.moved.has(ref)) return 'not-sent';
  await updateRefs(repository, [{ ref: seen, from: before, to: tag.oid }]);
  return 'sent';
}

/** Reads beats; those that are none are left out. */
export async function readBeats({ git }: Repository, beats: ReadonlyMap<CloneId, Oid>): Promise<ReadonlyMap<CloneId, Beat>> {
  if (beats.size === 0) return new Map();
  const objects = await readObjects(git, [...beats.values()]);
  return new Map(
    [...beats.keys()].flatMap((clone, at) => {
      const found = objects[at];
      const beat = found ? beatIn(found, clone) : null;
      return beat === null ? [] : [[clone, beat] as const];
    }),
  );
}

function beatIn({ type, body }: FoundObject, clone: CloneId): Beat | null {
  return type === 'tag' ? decodeBeat(body.toString('latin1'), clone) : null;
}
