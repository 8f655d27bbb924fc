import { DONE_PREFIX, doneRef, orderOfRef } from '../../../core/claim/refs.ts';
import { ClaimError } from '../../../core/errors.ts';
import { type Oid, type OrderId, parseOid } from '../../../core/ids.ts';
import type { FinishedWork } from '../../../ports/finished-work.ts';
import { lastWords } from '../process.ts';
import { outsideTrees, type Repository } from '../repository.ts';
import { updateRefs } from './ref-transaction.ts';

export class GitFinishedWork implements FinishedWork {
  readonly #repository: Repository;

  constructor(repository: Repository) {
    this.#repository = outsideTrees(repository);
  }

  async all(): Promise<ReadonlyMap<OrderId, Oid>> {
    const listed = await this.#repository.git(['for-each-ref', '--format=%(objectname) %(refname)', DONE_PREFIX]);
    if (listed.code !== 0) throw new ClaimError({ code: 'git', kind: 'finished-unlisted', said: lastWords(listed) });
    const rows = String(listed.stdout)
      .split('\n')
      .map((row) => row.split(' '));
    return new Map(
      rows.flatMap(([name = '', ref = '']) => {
        const [oid, order] = [parseOid(name), orderOfRef(DONE_PREFIX, ref)];
        return oid === null || order === null ? [] : [[order, oid] as const];
      }),
    );
  }

  async keep(order: OrderId, tip: Oid): Promise<void> {
    await updateRefs(this.#repository, [{ ref: doneRef(order), from: null, to: tip }]);
  }

  async letGo(merged: ReadonlyMap<OrderId, Oid>): Promise<void> {
    // One by one: a ref that has changed since keeps only itself.
    for (const [order, from] of merged) await updateRefs(this.#repository, [{ ref: doneRef(order), from, to: 'gone' }]);
  }
}
