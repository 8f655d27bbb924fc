import { ClaimError } from '../../../core/errors.ts';
import { isCanonicalOrderId, type Oid } from '../../../core/ids.ts';
import { formatInstant } from '../../../core/time.ts';
import type { KeptWork, KeptWorkBook } from '../../../ports/kept-work.ts';
import { lastWords } from '../process.ts';
import { updateRefs } from '../refs/ref-transaction.ts';
import type { Repository } from '../repository.ts';
import { SAVED_PREFIX } from './saved-work.ts';

export class GitKeptWork implements KeptWorkBook {
  readonly #repository: Repository;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  async list(): Promise<readonly KeptWork[]> {
    const format = '--format=%(refname)%00%(objectname)%00%(committerdate:unix)%00%(contents:subject)';
    const listed = await this.#repository.git(['for-each-ref', '--sort=-committerdate', format, SAVED_PREFIX]);
    if (listed.code !== 0) throw new ClaimError({ code: 'git', kind: 'kept-unlisted', said: lastWords(listed) });
    return String(listed.stdout)
      .split('\n')
      .filter((row) => row !== '')
      .map((row) => {
        const [ref = '', commit = '', seconds = '', subject = ''] = row.split('\0');
        const order = ref.slice(SAVED_PREFIX.length).split('/')[0] as string;
        const keptAt = formatInstant(Number(seconds) * 1_000);
        return { ref, order: isCanonicalOrderId(order) ? order : null, commit: commit as Oid, keptAt, subject };
      });
  }

  async drop({ ref, commit }: KeptWork): Promise<boolean> {
    await updateRefs(this.#repository, [{ ref, from: commit, to: 'gone' }]);
    return (await this.#repository.git(['rev-parse', '-q', '--verify', ref])).code !== 0;
  }
}
