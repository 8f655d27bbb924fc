import { parseAnchor } from '../../core/session/anchor.ts';
import { type NamedAnchor, parseAnchorPid } from '../../core/session/credible-anchor.ts';
import { type Identified, type IdentityFacts, identify } from '../../core/session/identity.ts';
import type { ProcessTable } from '../../ports/process-table.ts';

export type Caller = Pick<IdentityFacts, 'environment' | 'named' | 'said' | 'bound' | 'user' | 'clone'> & {
  /** This process. */
  readonly pid: number;
  /** The value of `--anchor`; without one, GIT_CLAIM_ANCHOR counts. */
  readonly anchor: string | null;
};

const ANCHOR_VARIABLE = 'GIT_CLAIM_ANCHOR';

/**
 * Finds out which session calls. Commands, hooks and the helper all use this, so that they agree.
 *
 * @throws ClaimError `usage` for a broken anchor
 */
export function identifyCaller(caller: Caller, processes: ProcessTable): Identified {
  const anchor = caller.anchor ?? (caller.environment[ANCHOR_VARIABLE] || null);
  const self = processes.find(caller.pid);
  return identify({
    ...caller,
    self: typeof self === 'string' ? null : self,
    ancestors: processes.ancestors(),
    namedAnchor: anchor === null ? null : lookAtNamed(anchor, processes),
    host: processes.host,
    boot: processes.boot,
    ns: processes.ns,
  });
}

/** A pid means a process of this pid namespace. A whole anchor says of which namespace it is. */
function lookAtNamed(text: string, processes: ProcessTable): NamedAnchor {
  const whole = parseAnchor(text);
  if (whole !== null && whole.ns !== processes.ns) return { handed: whole };
  const pid = whole?.pid ?? parseAnchorPid(text);
  const process = processes.find(pid);
  return { pid, process: whole !== null && typeof process !== 'string' && process.start !== whole.start ? 'gone' : process };
}
