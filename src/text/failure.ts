import { MirrorFailure } from '../core/orders/mirror-failure.ts';

/** Says what was thrown. */
export function failureMessage(failure: unknown): string {
  if (failure instanceof MirrorFailure) return mirrorFailure(failure);
  return failure instanceof Error ? failure.message : String(failure);
}

function mirrorFailure({ file, why }: MirrorFailure): string {
  switch (why.kind) {
    case 'changing':
      return `${file} is changed all the time`;
    case 'outside':
      return `${file} leads out of the worktree`;
    case 'too-large':
      return `${file} is larger than ${why.bytesMax / 1024 ** 2} MB`;
  }
}
