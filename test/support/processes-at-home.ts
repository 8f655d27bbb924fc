import { readdirSync, readFileSync } from 'node:fs';

/**
 * Returns the command lines of living processes whose HOME is this folder or lies in it: a sandbox's processes inherit its HOME.
 */
export function processesAtHome(folder: string): string[] {
  return pids().flatMap((pid) => {
    try {
      const home = /(?:^|\0)HOME=([^\0]*)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1] ?? '';
      if (home !== folder && !home.startsWith(`${folder}/`)) return [];
      return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`];
    } catch {
      // The process ended meanwhile, or belongs to another user.
      return [];
    }
  });
}

function pids(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
  } catch {
    return [];
  }
}
