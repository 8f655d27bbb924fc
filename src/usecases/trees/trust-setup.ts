import { ClaimError } from '../../core/errors.ts';
import type { Ports } from '../ports.ts';

export type Trusted = { readonly kind: 'trusted'; readonly commands: readonly string[]; readonly isAlready: boolean };

/**
 * Lets a person agree to the commands of `claim.setup`, as they stand now; other ones, or the same in another order, have to be agreed to again.
 *
 * @param confirm shows the commands and asks; never asked of an agent
 * @throws ClaimError `illegal` for an agent and for a no, `usage` where no command is configured
 */
export async function trustSetup(ports: Ports, confirm: (commands: readonly string[]) => Promise<boolean>): Promise<Trusted> {
  const { commands } = ports.setup;
  if (commands.length === 0) throw new ClaimError({ code: 'usage', kind: 'no-setup-commands' });
  const identified = ports.identify();
  const isAgent =
    identified.kind === 'nobody'
      ? identified.why === 'agent-unseen' || identified.why === 'agent-shared'
      : identified.identity.agent !== null && identified.identity.source !== 'binding';
  if (isAgent) throw new ClaimError({ code: 'illegal', kind: 'setup-by-agent' });
  if (await ports.setup.isTrusted()) return { kind: 'trusted', commands, isAlready: true };
  if (!(await confirm(commands))) throw new ClaimError({ code: 'illegal', kind: 'setup-not-agreed' });
  await ports.setup.trust();
  return { kind: 'trusted', commands, isAlready: false };
}
