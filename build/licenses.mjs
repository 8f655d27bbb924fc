import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './bundle.mjs';

/**
 * Returns the licences of the packages that the bundles contain.
 *
 * @param inputs the files that were bundled
 */
export function licensesOf(inputs) {
  const folders = new Set(inputs.flatMap((file) => /(?:^|:|\/)(node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []));
  const texts = Array.from(folders)
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
      const file = readdirSync(join(ROOT, folder)).find((one) => /^licen[cs]e/i.test(one));
      if (file === undefined) throw new Error(`${name} has no licence to hand on`);
      return `${name} ${version} (${license})\n\n${readFileSync(join(ROOT, folder, file), 'utf8').trim()}\n`;
    });
  return ['git-claim contains these packages.\n', ...texts].join(`\n${'-'.repeat(80)}\n\n`);
}
