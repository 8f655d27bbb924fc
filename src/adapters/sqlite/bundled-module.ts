import { createRequire } from 'node:module';
import type { Module } from './connection.ts';

/*
 * The command line's build replaces this module with better-sqlite3's JavaScript, so that it comes from the V8 code cache instead
 * of a dozen files. It is used only with the addon of exactly the same version.
 */
export const BUNDLED_VERSION: string | null = null;

export function bundledModule(): Module {
  throw new Error('nothing is bundled');
}

/** Loads what is not bundled. */
export const ownRequire: NodeJS.Require = createRequire(import.meta.filename);
