/** How the issues of a tracker become orders. */
export type IssueNames = {
  /** `claim.issuePrefix`: issue 214 is the order `GH-214`. */
  readonly prefix: string;
  /** The repositories that remotes name, as `owner/name` in lower case; none if there is no remote. */
  readonly repositories: readonly string[];
};

export const DEFAULT_ISSUES: IssueNames = { prefix: 'GH', repositories: [] };

/** An issue or a pull request as somebody typed or pasted it. */
export type TypedIssue = {
  readonly number: string;
  /** `owner/name` in lower case, if the text says it. */
  readonly repository: string | null;
};

/** Returns the issue that a text names: `214`, `#214`, `owner/name#214`, or an address of a web page; null if it names none. */
export function issueIn(text: string): TypedIssue | null {
  const plain = /^(?:([\w.-]+\/[\w.-]+)?#)?0*([1-9][0-9]{0,11})$/.exec(text);
  if (plain !== null) return { number: plain[2] as string, repository: plain[1]?.toLowerCase() ?? null };
  const page =
    /^https?:\/\/[^/\s]+\/([^\s?#]+?)(?:\/-)?\/(?:issues|pull|pulls|merge_requests)\/0*([1-9][0-9]{0,11})(?:[/?#]\S*)?$/i;
  const [, repository = '', number = ''] = page.exec(text) ?? [];
  return number === '' ? null : { number, repository: repository.toLowerCase() };
}

/** Returns the issue's id that an address of Linear's names (`ENG-7`), or null. */
export function linearIdIn(text: string): string | null {
  return /^https:\/\/linear\.app\/[^/\s]+\/issue\/([A-Za-z][A-Za-z0-9]{0,15}-[0-9]{1,9})(?:[/?#]\S*)?$/.exec(text)?.[1] ?? null;
}

/** Returns the repository of a remote's address, as `owner/name` in lower case; null if the address is a path of this machine. */
export function repositoryOf(url: string): string | null {
  const path = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/]+\/|[^/:\s]+:)(?!\/)(.+)$/i.exec(url)?.[1];
  return path === undefined || /^file:/i.test(url)
    ? null
    : path
        .replace(/\/+$/, '')
        .replace(/\.git$/i, '')
        .toLowerCase();
}
