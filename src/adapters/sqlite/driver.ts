import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CacheTrouble } from '../../core/doctor/symptom.ts';
import { oneLine } from '../../core/line.ts';
import { packageHere } from '../system/package.ts';
import { BUNDLED_VERSION, bundledModule, ownRequire } from './bundled-module.ts';
import type { Module, Opener } from './connection.ts';
import { nodeSqlite } from './node-sqlite.ts';

export type Driver =
  | { readonly kind: 'loaded'; readonly name: 'better-sqlite3' | 'node:sqlite'; readonly open: Opener }
  | { readonly kind: 'missing'; readonly trouble: CacheTrouble };

/** From this major version on, the module needs Node-API 10. With less it kills the whole process (SIGSEGV). */
const NAPI_10_MAJOR = 13;

/** Returns the SQLite that this process has. It is searched for once. */
export function loadDriver(): Driver {
  known ??= findDriver();
  return known;
}

let known: Driver | null = null;

/**
 * Looks for better-sqlite3, which is optional, and then for the SQLite of this Node. Whatever is wrong with them is a result:
 * nothing throws and nothing crashes.
 *
 * @param require searches for the module
 * @param napi the Node-API version of this Node
 * @param builtIn finds the SQLite of this Node
 */
export function findDriver(
  require: NodeJS.Require = ownRequire,
  napi = Number(process.versions['napi']),
  builtIn: () => Opener | null = () => nodeSqlite(),
): Driver {
  const found = findModule(require, napi);
  const open = found.kind === 'missing' ? builtIn() : null;
  return open === null ? found : { kind: 'loaded', name: 'node:sqlite', open };
}

function findModule(require: NodeJS.Require, napi: number): Driver {
  let manifest: string | null = null;
  try {
    const isBeside = require === ownRequire && existsSync(BESIDE);
    manifest = isBeside ? BESIDE : require.resolve('better-sqlite3/package.json');
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
    const major = Number.parseInt(version, 10);
    if (!(major < NAPI_10_MAJOR || napi >= 10)) {
      return missing(`version ${version} would crash Node ${process.versions.node}, which has no Node-API 10`, null);
    }
    const addon = major < NAPI_10_MAJOR ? nativeAddon(dirname(manifest)) : null;
    if (version === BUNDLED_VERSION && addon !== null) return driverOf(bundledModule(), { nativeBinding: loaded(addon) });
    return probed(require('better-sqlite3'), addon === null ? {} : { nativeBinding: addon });
  } catch (error) {
    return missing(error instanceof Error ? error.message : String(error), manifest);
  }
}

/** Where npm puts it for this package, seen from the bundle. If it is there, no search is needed. */
const BESIDE = join(import.meta.dirname, '../node_modules/better-sqlite3/package.json');

/** Named directly, the addon loads 1 ms sooner than through the search of the `bindings` package. */
function nativeAddon(root: string): string | null {
  const path = join(root, 'build/Release/better_sqlite3.node');
  return existsSync(path) ? path : null;
}

/** Loads the addon as `require` would, without searching for the path again. */
function loaded(addon: string): object {
  const module = { exports: {} };
  process.dlopen(module, addon);
  return module.exports;
}

/** The first database loads the addon. One in memory (0.03 ms) shows now whether that works. */
function probed(Sqlite: Module, addon: object): Driver {
  new Sqlite(':memory:', addon).close();
  return driverOf(Sqlite, addon);
}

function driverOf(Sqlite: Module, addon: object): Driver {
  return {
    kind: 'loaded',
    name: 'better-sqlite3',
    open: (path, busyMs) => new Sqlite(path, { ...addon, timeout: busyMs, fileMustExist: true }),
  };
}

/** @param manifest of a module that can be built anew */
function missing(why: string, manifest: string | null): Driver {
  const isOfOther = /NODE_MODULE_VERSION/.test(why);
  const reason = isOfOther ? `it was built for another Node than ${process.versions.node}` : oneLine(why.replace(SEARCHED, ''));
  const isInstalled = manifest !== null;
  const folder = isInstalled ? dirname(dirname(dirname(manifest))) : dirname(packageHere().githooks);
  return {
    kind: 'missing',
    trouble: { kind: 'no-driver', said: `better-sqlite3 cannot be loaded: ${reason}`, folder, isInstalled },
  };
}

/** Node and the `bindings` package append every path they tried. */
const SEARCHED = /\s*(?:Require stack:|Tried:\n)[\s\S]*$/;
