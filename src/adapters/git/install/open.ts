import { packageHere } from '../../system/package.ts';
import type { Repository } from '../repository.ts';
import { GitInstallation, type InstallMutex } from './installation.ts';

/** Opens what init puts into a repository, with this very package. */
export function openInstallation(repository: Repository, mutex: InstallMutex): GitInstallation {
  return new GitInstallation(repository, packageHere(), mutex);
}
