import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE } from './sandbox.ts';

/**
 * Returns the newest Node of a major version, which npm installs once, as a package without dependencies.
 *
 * @throws where npm cannot get it
 */
export function otherNode(major: number): string {
  const folder = join(PACKAGE, 'node_modules/.cache/git-claim', `node-${major}`);
  const program = join(folder, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const wanted = `node-${process.platform}-${process.arch}@${major}`;
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', wanted], { cwd: folder, stdio: 'pipe' });
  return program;
}
