import { readdirSync, readFileSync } from 'node:fs';

/** Returns the command lines of the living processes whose home is this folder or lies in it: every process of a sandbox inherits its home. */
export function processesAtHome(folder: string): string[] {
  return pids().flatMap((pid) => {
    try {
      const home = /(?:^|\0)HOME=([^\0]*)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1] ?? '';
      if (home !== folder && !home.startsWith(`${folder}/`)) return [];
      return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`];
    } catch {
      // It ended meanwhile, or is another user's.
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
