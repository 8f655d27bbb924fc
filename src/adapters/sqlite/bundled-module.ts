import { createRequire } from 'node:module';
import type { Module } from './connection.ts';

/*
 * The command line's build puts better-sqlite3's JavaScript in the place of this module, so that it comes out of the V8 code cache
 * instead of a dozen files. It is used only beside the addon of the very same version.
 */
export const BUNDLED_VERSION: string | null = null;

export function bundledModule(): Module {
  throw new Error('nothing is bundled');
}

/** Loads what is not bundled. */
export const ownRequire: NodeJS.Require = createRequire(import.meta.filename);
