import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

export const ROOT = join(import.meta.dirname, '..');

/** Bundles with esbuild, and ends the build at its first warning. */
export async function bundle(options) {
  const common = { absWorkingDir: ROOT, bundle: true, platform: 'node', target: 'node20.12', write: false, metafile: true };
  const { outputFiles, metafile, warnings } = await build({ ...common, logLevel: 'warning', ...options });
  if (warnings.length > 0) process.exit(1);
  return { texts: outputFiles.map(({ text }) => text), metafile };
}

/** Writes by rename, so that a command which runs meanwhile sees the old file or the new one. */
export function writeWhole(file, text) {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}
