import { guestQuestion } from '../text/guests.ts';
import type { Ports } from '../usecases/ports.ts';
import type { Consent } from '../usecases/presence/as-holder.ts';
import type { Options } from './command.ts';
import { pageFor } from './streams.ts';

/** Returns how a guest in a holder's worktree is asked; null with --json, where nobody is. */
export function consentOf({ settings }: Pick<Ports, 'settings'>, options: Options): Consent {
  if (options['json'] === true) return null;
  return async (command, claim) => {
    const { agrees } = await import('./confirm.ts');
    return agrees(guestQuestion(pageFor('stderr', settings.color), command, claim));
  };
}
