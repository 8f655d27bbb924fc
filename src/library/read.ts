import { readRemote } from '../usecases/read-remote.ts';
import { unclonedRefs } from '../wire-uncloned.ts';
import { type RemoteBoardAnswer, warned } from './answers.ts';
import { worded } from './worded.ts';

export type ReadOptions = {
  /** Released, completed and abandoned claims too. */
  readonly all?: boolean;
  /** The `Authorization` header to send, such as `Bearer ...`; by default, user and password of the address. */
  readonly authorization?: string;
};

/**
 * Reads the claims of a repository that nobody cloned, over HTTPS and without git (plain HTTP on this machine only). Writes
 * nothing. A claim's `liveness` is `unknown`, because its holder can be seen from its own host only. A ref that is not
 * understood, or was not read, has the `state` null and is never free. Where a limit cut, there is a warning `remote-cut`.
 *
 * @param url the repository's address, as git would clone it
 * @throws ClaimError `usage` for another kind of address, `remote` if the server does not answer as a repository
 */
export async function readClaims(url: string, options: ReadOptions = {}): Promise<RemoteBoardAnswer> {
  const { all = false, authorization = null } = options;
  return worded(async () => warned(await readRemote(await unclonedRefs(url, authorization), all)));
}
