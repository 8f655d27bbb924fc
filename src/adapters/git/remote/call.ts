import { ClaimError } from '../../../core/errors.ts';
import { withoutUsers } from '../../../core/remote/address.ts';
import type { GitResult } from '../process.ts';
import type { Repository } from '../repository.ts';

/** The remote that claims are shared through, and how it is spoken to. */
export type Remote = {
  /** Its name in git's configuration, or its address. */
  readonly name: string;
  /** The environment of whoever runs the command, for what git needs to connect. */
  readonly env: NodeJS.ProcessEnv;
  /** Called when a call has lasted for a second. */
  readonly onSlow: (doing: 'fetch' | 'push') => void;
};

type RemoteCall = 'fetch' | 'push' | 'ls-remote';

/** A caller who waits for longer hears what for. */
const SLOW_MS = 1_000;

/** How long a remote may take in all. Refs and records are small: a remote that is slower is stuck, or out of reach. */
const REMOTE_MS_MAX = 30_000;

/** What git needs to connect as the caller's own git would; everything else that the caller's variables say is left out. */
const CONNECTS = /^GIT_(?:SSH|SSH_COMMAND|SSH_VARIANT|SSL_.*|HTTP_.*|CURL_.*|PROXY_.*|ALLOW_PROTOCOL|PROTOCOL.*)$/;

/** No hooks, no housekeeping, no program named in an address, and none of what a person set for branches. */
const PLAINLY = [
  'core.hooksPath=/dev/null',
  'protocol.ext.allow=never',
  'gc.auto=0',
  'maintenance.auto=false',
  'fetch.writeCommitGraph=false',
  'fetch.unpackLimit=1000',
  'push.negotiate=false',
  'submodule.recurse=false',
].flatMap((setting) => ['-c', setting]);

/** With these, ssh asks a program instead of the terminal, and the program refuses (OpenSSH 8.4). */
const UNASKED = { GIT_ASKPASS: '', SSH_ASKPASS: 'false', SSH_ASKPASS_REQUIRE: 'force', GCM_INTERACTIVE: 'never' };

/**
 * Runs a git that talks to the remote. Nothing ever asks anybody for a password: what has no helper or agent fails at once.
 *
 * @param args the subcommand and its options
 * @param hooks a folder of hooks that git runs for this call
 * @returns null if the remote took too long; whether it carried out what it was asked is not known then
 */
export async function callRemote(
  { git, config }: Repository,
  { env, onSlow }: Remote,
  args: readonly [RemoteCall, ...string[]],
  limitMs = REMOTE_MS_MAX,
  hooks: string | null = null,
): Promise<GitResult | null> {
  const own = Object.entries(env).filter((one): one is [string, string] => CONNECTS.test(one[0]) && one[1] !== undefined);
  const hasOwnSsh = config.get('core.sshcommand') !== null || own.some(([name]) => /^GIT_SSH(?:_COMMAND)?$/.test(name));
  const ssh = hasOwnSsh ? {} : { GIT_SSH_COMMAND: 'ssh -o BatchMode=yes' };
  const timer = setTimeout(() => onSlow(args[0] === 'push' ? 'push' : 'fetch'), SLOW_MS);
  const calling = hooks === null ? [] : ['-c', `core.hooksPath=${hooks}`];
  try {
    const variables = { ...UNASKED, ...ssh, ...Object.fromEntries(own) };
    const result = await git([...PLAINLY, ...calling, ...args], { timeoutMs: limitMs, env: variables });
    return { ...result, stderr: withoutUsers(result.stderr) };
  } catch (error) {
    if (error instanceof ClaimError && error.failure.kind === 'git-stopped') return null;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
