import { GivenAnswer } from '../../system/given-answer.ts';
import { packageHere } from '../../system/package.ts';
import type { Repository } from '../repository.ts';
import { GitInstallation, type InstallMutex } from './installation.ts';

/** Opens the installation of this very package in a repository. */
export function openInstallation(repository: Repository, mutex: InstallMutex, env: NodeJS.ProcessEnv): GitInstallation {
  return new GitInstallation(repository, packageHere(), mutex, {
    'agents-md': new GivenAnswer(env, 'declined', repository.commonDir, ['AGENTS.md']),
    'agent-trees': new GivenAnswer(env, 'declined', repository.commonDir, ['claim.worktrees.<agent>']),
    filter: new GivenAnswer(env, 'declined', repository.commonDir, ['claim.mirror']),
  });
}
