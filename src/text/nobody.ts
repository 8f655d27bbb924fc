import type { Unidentified } from '../core/failures/sessions.ts';

/** Returns why no session is known. */
export function nobodyText(nobody: Unidentified): string {
  return `no session is known: ${reasonOf(nobody)}`;
}

export const NAME_YOURS = 'name yours: git claim --session <name> ..., or export GIT_CLAIM_SESSION=<name>';

function reasonOf(nobody: Unidentified): string {
  switch (nobody.why) {
    case 'agent-unseen':
      return `${nobody.agent} runs without a session id, and none of its processes can be seen`;
    case 'agent-shared':
      return `${nobody.agent} runs without a session id, and its process hosts several sessions`;
    case 'no-terminal':
      return 'no agent is running, and there is no terminal';
    case 'short-lived':
      return 'no agent is running, and this terminal ends with the command';
    case 'hidden':
      return 'the processes above this one cannot be seen';
  }
}
