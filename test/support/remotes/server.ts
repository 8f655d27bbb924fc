import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Sandbox } from '../sandbox.ts';

/** What a server makes of a folder of bare repositories. */
export type Server = {
  /** Null without a server. */
  readonly port: number | null;
  /** The address of the folder, with its slash, as seen through a port. */
  readonly address: (port: number | null) => string;
  /** What a client's `.gitconfig` needs. */
  readonly settings: string;
  end(): Promise<void>;
};

/** Starts a server, in the sandbox, for the repositories in a folder. */
export type Start = (sandbox: Sandbox, folder: string) => Promise<Server>;

/** Where servers are, which are not on everybody's PATH. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin'];

/** Returns the path of a program, or null if there is none. */
export function programIn(name: string): string | null {
  return FOLDERS.map((folder) => join(folder, name)).find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
