import type { CacheTrouble } from '../core/doctor/symptom.ts';
import { shellWord } from './shell-word.ts';

/** Returns how a person gets an SQLite that this Node can load. */
export function driverRemedy({ folder, isInstalled }: Extract<CacheTrouble, { kind: 'no-driver' }>): string {
  const command = `npm --prefix ${shellWord(folder)} ${isInstalled ? 'rebuild better-sqlite3' : 'install'}`;
  return `${command} mends it, and Node.js 22.13 or newer needs nothing`;
}
