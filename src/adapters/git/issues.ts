import { ClaimError } from '../../core/errors.ts';
import { DEFAULT_ISSUES, type IssueNames, repositoryOf } from '../../core/issues.ts';
import type { GitConfig } from './config.ts';

/**
 * Returns how issues are named here (`claim.issuePrefix`), and the repositories that the remotes name.
 *
 * @throws ClaimError `usage`
 */
export function issuesOf(config: GitConfig): IssueNames {
  const prefix = config.get('claim.issueprefix') ?? DEFAULT_ISSUES.prefix;
  if (!/^[A-Za-z][A-Za-z0-9_]{0,31}$/.test(prefix)) throw new ClaimError({ code: 'usage', kind: 'issue-prefix', text: prefix });
  return { prefix, repositories: [...new Set(config.remoteUrls.flatMap((url) => repositoryOf(url) ?? []))] };
}
