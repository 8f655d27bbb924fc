import type { Wish } from '../../../ports/installation.ts';
import { bytesOf, readBytes } from './bytes.ts';

/** A file that is not ours, as it was before init and as init left it; `before` is null if there was none. */
export type EditedFile = {
  readonly part: 'config' | 'attributes' | 'agents-md' | 'claude' | 'worktree-include';
  readonly path: string;
  readonly before: string | null;
  readonly after: string;
};

/** What init did here and its files do not show, in {@link MANIFEST}. */
export type Manifest = {
  readonly edited: readonly EditedFile[];
  /** The mode that was configured before init set one; undefined if init set none. */
  readonly modeBefore?: string | null;
  readonly modeSet?: string;
  /** What else init set in the repository's configuration, by key, and what was there before. */
  readonly settings?: Readonly<Record<string, { readonly before: string | null; readonly set: string }>>;
  /** Whether nothing but the clean filter is installed. */
  readonly isFilterAlone?: boolean;
};

const NOTHING: Manifest = { edited: [] };

/** Reads the manifest. A missing or broken one counts as empty. */
export function readManifest(path: string): Manifest {
  try {
    const { edited, ...mode } = JSON.parse(Buffer.from(readBytes(path) ?? 'null', 'latin1').toString()) as Manifest;
    return { ...mode, edited: edited.map((file) => ({ ...file, before: decode(file.before), after: decode(file.after) ?? '' })) };
  } catch {
    return NOTHING;
  }
}

export function formatManifest({ edited, ...mode }: Manifest): string {
  const files = edited.map((file) => ({ ...file, before: encode(file.before), after: encode(file.after) }));
  return bytesOf(`${JSON.stringify({ ...mode, edited: files }, null, 1)}\n`);
}

/** Returns what to remember of edited files, in their first order, so that an unchanged manifest is not written again. */
export function remembering(manifest: Manifest, edited: readonly { readonly file: EditedFile }[]): EditedFile[] {
  const noted = edited.map(({ file }) => file).filter(({ before, after }) => before !== after);
  const known = manifest.edited.flatMap((old) =>
    edited.some(({ file }) => file.path === old.path) ? noted.filter(({ path }) => path === old.path) : [old],
  );
  return [...known, ...noted.filter(({ path }) => !manifest.edited.some((old) => old.path === path))];
}

/**
 * Returns what to remember of the mode and the other settings that init makes: what was there before it made them first.
 *
 * @param local returns a value in the repository's own configuration
 */
export async function settingsMemory(
  { modeSet, settings = {} }: Manifest,
  wish: Pick<Wish, 'mode' | 'settings'>,
  local: (key: string) => Promise<string | null>,
): Promise<Pick<Manifest, 'modeBefore' | 'modeSet' | 'settings'>> {
  const modes =
    wish.mode === null ? {} : { ...(modeSet === undefined ? { modeBefore: await local('claim.mode') } : {}), modeSet: wish.mode };
  const made = { ...settings };
  for (const [key, set] of Object.entries(wish.settings)) {
    const earlier = made[key];
    made[key] = { before: earlier === undefined ? await local(key) : earlier.before, set };
  }
  return { ...modes, ...(Object.keys(made).length === 0 ? {} : { settings: made }) };
}

/** JSON is text, and these are bytes. */
function encode(bytes: string | null): string | null {
  return bytes === null ? null : Buffer.from(bytes, 'latin1').toString('base64');
}

function decode(text: string | null): string | null {
  return text === null ? null : Buffer.from(text, 'base64').toString('latin1');
}
