import type { Tagger } from '../../../core/record/codec.ts';
import type { Repository } from '../repository.ts';

/** Returns the identity that a record's tag names as its writer: git's own if there is one. No decision reads it. */
export function tagger({ config }: Repository, env: NodeJS.ProcessEnv): Tagger {
  const from = (variable: string, key: string) => env[variable] || config.get(`committer.${key}`) || config.get(`user.${key}`);
  return {
    name: from('GIT_COMMITTER_NAME', 'name') || 'git-claim',
    email: from('GIT_COMMITTER_EMAIL', 'email') || 'git-claim@localhost',
    epochSeconds: Math.floor(Date.now() / 1000),
  };
}
