import type { Ports } from '../ports.ts';

/** Returns whether an agent asks, as far as anything shows. A person may be a guest in an agent's worktree. */
export function isAskedByAgent(ports: Ports): boolean {
  const identified = ports.identify();
  return identified.kind === 'nobody'
    ? identified.why === 'agent-unseen' || identified.why === 'agent-shared'
    : identified.identity.agent !== null && identified.identity.source !== 'binding';
}
