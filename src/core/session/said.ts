/** What an agent reports of itself on a hook's stdin. */
export type Said = {
  /** Null if it does not say which agent it is. The agent found at work counts then. */
  readonly agent: string | null;
  readonly id: string;
  /** What the agent calls the session. */
  readonly title: string | null;
};

/** Claude Code, Codex and Gemini send `session_id`, Cursor `conversation_id`, Copilot `sessionId`; subagents their parent's. */
const IDS = ['conversation_id', 'session_id', 'sessionId'];

/** Several agents send the same members; the transcript's folder tells them apart. */
const TRANSCRIPTS = [
  ['/.claude/', 'claude'],
  ['/.codex/', 'codex'],
  ['/.gemini/', 'gemini'],
  ['/.cursor/', 'cursor'],
  ['/.qwen/', 'qwen'],
  ['/.factory/', 'droid'],
] as const;

/** Returns what the JSON document that a coding agent sends its hooks says of the session, or null for any other text. */
export function parseSaid(text: string): Said | null {
  const members = objectIn(text);
  const id = IDS.map((name) => members[name]).find(isWord) ?? null;
  if (id === null) return null;
  const title = members['session_title'];
  return { agent: agentOf(members), id, title: isWord(title) ? title : null };
}

function agentOf(members: Readonly<Record<string, unknown>>): string | null {
  if (isWord(members['cursor_version'])) return 'cursor';
  const path = members['transcript_path'];
  return isWord(path) ? (TRANSCRIPTS.find(([folder]) => path.includes(folder))?.[1] ?? null) : null;
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
