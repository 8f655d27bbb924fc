import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  COMMITTED_BYTES_MAX,
  COMMITTED_FILE,
  type CommittedComplaint,
  type CommittedSettings,
  committedSettings,
} from '../../core/settings/committed.ts';
import type { GitConfig } from './config.ts';
import type { Git } from './process.ts';

/**
 * Reads the settings that are committed in the main worktree. Where there is no such file, this is one look at the file system.
 * Git parses its text, which it gets from us: the file itself may lead elsewhere, or be no file at all.
 *
 * @param mainDir the main worktree; the git directory itself if there is none, which has no committed file
 */
export async function readCommitted(mainDir: string, commonDir: string, git: Git): Promise<CommittedSettings | null> {
  const path = join(mainDir, COMMITTED_FILE);
  if (mainDir === commonDir || lstatSync(path, { throwIfNoEntry: false }) === undefined) return null;
  const text = textOf(path);
  if (typeof text !== 'string') return unreadable(text.why);
  const listed = await git(['config', '--file', '-', '--no-includes', '-z', '--list'], { input: text, timeoutMs: TIMEOUT_MS });
  if (listed.code !== 0) return unreadable('syntax');
  const entries = String(listed.stdout).split('\0').slice(0, -1);
  return committedSettings(
    entries.map((entry) => {
      const end = entry.indexOf('\n');
      // A key without a value.
      return end < 0 ? [entry, ''] : [entry.slice(0, end), entry.slice(end + 1)];
    }),
  );
}

/**
 * Returns the configuration with what is committed behind it: git's own comes first, whatever file of it says something. A mode
 * there also overrides committed rules, so that no commit makes milder what a person has made strict.
 */
export function withCommitted(config: GitConfig, committed: CommittedSettings | null): GitConfig {
  if (committed === null || committed.values.size === 0) return config;
  const hasMode = config.get('claim.mode') !== null;
  return config.over(new Map([...committed.values].filter(([key]) => !hasMode || !key.startsWith('claim.rule.'))));
}

/** It parses a few lines. */
const TIMEOUT_MS = 10_000;

type Unreadable = Extract<CommittedComplaint, { kind: 'unreadable' }>;

function unreadable(why: Unreadable['why']): CommittedSettings {
  return { values: new Map(), complaints: [{ kind: 'unreadable', why }] };
}

/** A link may lead out of the repository, and a pipe would make every command wait. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

function textOf(path: string): string | Pick<Unreadable, 'why'> {
  let file: number | null = null;
  try {
    file = openSync(path, READ);
    const seen = fstatSync(file);
    if (!seen.isFile()) return { why: 'special' };
    return seen.size > COMMITTED_BYTES_MAX ? { why: 'too-large' } : readFileSync(file, 'utf8');
  } catch {
    return { why: 'special' };
  } finally {
    if (file !== null) closeSync(file);
  }
}
