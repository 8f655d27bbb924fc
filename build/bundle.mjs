import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

export const ROOT = join(import.meta.dirname, '..');

/** Bundles with esbuild, and ends the build at its first warning. */
export async function bundle({ plugins = [], ...options }) {
  const common = { absWorkingDir: ROOT, bundle: true, platform: 'node', target: 'node20.12', write: false, metafile: true };
  const all = { ...common, logLevel: 'warning', ...options, plugins: [smallParts, ...plugins] };
  const { outputFiles, metafile, warnings } = await build(all);
  if (warnings.length > 0) process.exit(1);
  return { texts: outputFiles.map(({ text }) => text), metafile };
}

/** Leaves out of isomorphic-git what nobody calls here: more than half of it. */
const smallParts = {
  name: 'small-parts',
  setup(build) {
    // For Node it offers a form from which esbuild cannot leave out anything.
    const whole = join(ROOT, 'node_modules/isomorphic-git/index.js');
    build.onResolve({ filter: /^isomorphic-git$/ }, () => ({ path: whole }));
    // These packages do nothing when they are loaded, but do not say so.
    build.onResolve({ filter: /^(?:clean-git-ref|diff3)$/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === 'part') return undefined;
      return { ...(await build.resolve(path, { ...from, pluginData: 'part' })), sideEffects: false };
    });
  },
};

/** Returns the files that are in a bundle. */
export function filesIn(metafile) {
  return Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0),
  );
}

/** Writes by rename, so that a command which runs meanwhile sees the old file or the new one. */
export function writeWhole(file, text) {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}
