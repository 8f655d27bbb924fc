import { dirname, join } from 'node:path';
import { isCanonicalOrderId, type OrderId, parseOid, parseSessionKey } from '../../../core/ids.ts';
import type { Binding, Bindings } from '../../../ports/bindings.ts';
import { makeOwnFolder, readText, removeFile, writeWhole } from '../files.ts';
import type { Repository } from '../repository.ts';
import { copiedFrom, gitDirOf } from './registrations.ts';

/**
 * Keeps `claim/binding` in a worktree's private git directory: one line per claim,
 * `<order> <generation> <oid> <full session key>`, readable by sh.
 */
export class GitBindings implements Bindings {
  readonly #repository: Repository;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  read(worktree: string | null): Binding[] {
    const text = readText(this.#file(worktree) ?? '') ?? '';
    return text
      .split('\n')
      .map(parseLine)
      .filter((binding) => binding !== null);
  }

  bind(worktree: string | null, binding: Binding): boolean {
    const others = this.read(worktree).filter(({ order }) => order !== binding.order);
    return this.#write(worktree, [...others, binding]);
  }

  unbind(worktree: string | null, order: OrderId): void {
    const bindings = this.read(worktree);
    const others = bindings.filter((binding) => binding.order !== order);
    if (others.length < bindings.length) this.#write(worktree, others);
  }

  #write(worktree: string | null, bindings: readonly Binding[]): boolean {
    const file = this.#file(worktree);
    if (file === null) return false;
    try {
      if (bindings.length === 0) removeFile(file, 'binding');
      else {
        makeOwnFolder(dirname(file), 'binding folder');
        writeWhole(file, bindings.map(formatLine).join(''), 'binding');
      }
      return true;
    } catch {
      return false;
    }
  }

  #file(worktree: string | null): string | null {
    const directory = privateDirOf(this.#repository, worktree);
    return directory === null ? null : join(directory, 'claim', 'binding');
  }
}

/** Returns the private git directory of a worktree of this repository (null: the current one), or null for any other folder. */
export function privateDirOf(repository: Repository, worktree: string | null): string | null {
  const { commonDir, gitDir, mainDir, topLevel } = repository;
  if (worktree === null || worktree === topLevel) return copiedFrom(repository) === null ? gitDir : null;
  if (worktree === mainDir) return commonDir;
  const directory = gitDirOf(worktree);
  // A record may name anybody's folder as its worktree. Only worktrees of this repository are touched.
  return directory === commonDir || (directory !== null && dirname(directory) === join(commonDir, 'worktrees'))
    ? directory
    : null;
}

function formatLine({ order, generation, oid, key }: Binding): string {
  return `${order} ${generation} ${oid} ${key}\n`;
}

function parseLine(line: string): Binding | null {
  const [order = '', generation = '', oid = '', key = ''] = line.split(' ');
  const witness = parseOid(oid);
  if (!isCanonicalOrderId(order) || !/^[0-9]{1,15}$/.test(generation) || witness === null || !/^[!-~]{1,200}$/.test(key))
    return null;
  return { order, generation: Number(generation), oid: witness, key: parseSessionKey(key) };
}
