import { ClaimError } from '../../core/errors.ts';
import { isAskedByAgent } from '../caller/by-agent.ts';
import type { Ports } from '../ports.ts';

/** The person agreed to the setup commands, now or (`isAlready`) before. */
export type Trusted = { readonly kind: 'trusted'; readonly commands: readonly string[]; readonly isAlready: boolean };

/**
 * Lets a person agree to the current commands of `claim.setup`. Other commands, or the same in another order, need a new consent.
 *
 * @param confirm shows the commands and asks; never called for an agent
 * @throws ClaimError `illegal` for an agent and if the person says no, `usage` if no command is configured
 */
export async function trustSetup(ports: Ports, confirm: (commands: readonly string[]) => Promise<boolean>): Promise<Trusted> {
  const { commands } = ports.setup;
  if (commands.length === 0) throw new ClaimError({ code: 'usage', kind: 'no-setup-commands' });
  if (isAskedByAgent(ports)) throw new ClaimError({ code: 'illegal', kind: 'setup-by-agent' });
  if (await ports.setup.isTrusted()) return { kind: 'trusted', commands, isAlready: true };
  if (!(await confirm(commands))) throw new ClaimError({ code: 'illegal', kind: 'setup-not-agreed' });
  await ports.setup.trust();
  return { kind: 'trusted', commands, isAlready: false };
}
