import { join } from 'node:path';
import { createSandbox, type Sandbox } from '../sandbox.ts';

/** Two clones that share claims through a bare repository on the same disk. */
export type Clones = { readonly hub: string; readonly here: Sandbox; readonly there: Sandbox };

/**
 * Makes two clones of one repository.
 *
 * @param maxAge how old what is known of the remote may be: always too old, by default, so that each command reads it
 */
export function clones(maxAge = '0'): Clones {
  const [here, there] = [createSandbox(), createSandbox()];
  const hub = join(here.dir, 'hub.git');
  here.git(['init', '--quiet', '--bare', hub]);
  here.git(['push', '--quiet', hub, 'main']);
  for (const { git } of [here, there]) {
    git(['remote', 'add', 'origin', hub]);
    git(['config', 'claim.remote', 'origin']);
    git(['config', 'claim.remoteMaxAge', maxAge]);
  }
  return { hub, here, there };
}
